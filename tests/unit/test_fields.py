"""Body fields that several routes take."""

import pytest
from pydantic import TypeAdapter, ValidationError

from inferx.edge.fields import ModelName, WholeNumber


@pytest.mark.parametrize(("given", "read"), [(3, 3), ("3", 3), (3.0, 3)])
def test_a_whole_number_is_read(given: object, read: int) -> None:
    assert TypeAdapter(WholeNumber).validate_python(given) == read


@pytest.mark.parametrize("given", [True, False, 3.5, "three", None])
def test_what_is_no_whole_number_is_refused(given: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(WholeNumber).validate_python(given)


@pytest.mark.parametrize("given", ["", " ", "a\n", "model!@#$", "a" * 101])
def test_what_is_no_model_name_is_refused(given: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(ModelName).validate_python(given)
