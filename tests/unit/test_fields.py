"""Body fields that several routes take."""

from typing import Annotated

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from inferx.http.fields import ModelName, NotBoolean

WHOLE_NUMBER: TypeAdapter[int] = TypeAdapter(Annotated[int, Field(ge=1), NotBoolean])


@pytest.mark.parametrize(("given", "read"), [(3, 3), ("3", 3), (3.0, 3)])
def test_a_whole_number_is_read(given: object, read: int) -> None:
    assert WHOLE_NUMBER.validate_python(given) == read


@pytest.mark.parametrize("given", [True, False, 3.5, "three", None])
def test_what_is_no_whole_number_is_refused(given: object) -> None:
    with pytest.raises(ValidationError):
        WHOLE_NUMBER.validate_python(given)


def test_the_bounds_stay_in_the_schema() -> None:
    assert WHOLE_NUMBER.json_schema() == {"type": "integer", "minimum": 1}


@pytest.mark.parametrize("given", ["", " ", "a\n", "model!@#$", "a" * 101])
def test_what_is_no_model_name_is_refused(given: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(ModelName).validate_python(given)
