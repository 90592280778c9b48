"""Body fields of several routes, with messages that say what is wrong with them."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from inferx.registry.names import NAME_LENGTH, NAME_PATTERN


def _well_formed(name: str) -> str:
    # pydantic's own message is the bare pattern, and its `$` allows a newline at the end.
    if not re.fullmatch(NAME_PATTERN, name):
        raise PydanticCustomError(
            "string_pattern_mismatch",
            "Use letters, digits, spaces and . _ - only, and not only spaces",
        )
    return name


ModelName = Annotated[
    str,
    Field(min_length=1, max_length=NAME_LENGTH, examples=["iris"]),
    Field(description="Letters, digits, spaces and `. _ -`; not only spaces."),
    Field(json_schema_extra={"pattern": NAME_PATTERN}),
    AfterValidator(_well_formed),
]
"""A model's name."""


def _no_boolean(value: Any) -> Any:
    # pydantic reads JSON's true as the number 1.
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "Input should be a valid integer")
    return value


NotBoolean = BeforeValidator(_no_boolean)
"""Refuses booleans for a whole number; put it after the bounds, or the document loses them."""
