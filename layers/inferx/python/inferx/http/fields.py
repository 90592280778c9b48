"""Body fields that several routes take, with what is wrong with them said in words."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from inferx.registry.names import NAME_LENGTH, NAME_PATTERN


def _well_formed(name: str) -> str:
    # By hand, because pydantic would answer the pattern itself; and `$` lets a newline by.
    if not re.fullmatch(NAME_PATTERN, name):
        raise PydanticCustomError(
            "string_pattern_mismatch",
            "Use letters, digits, spaces and . _ - only, and not only spaces",
        )
    return name


ModelName = Annotated[
    str,
    Field(min_length=1, max_length=NAME_LENGTH, examples=["iris"]),
    Field(json_schema_extra={"pattern": NAME_PATTERN}),
    AfterValidator(_well_formed),
]
"""A model's name."""


def _no_boolean(value: Any) -> Any:
    # JSON's true is no number; pydantic would read it as 1.
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "Input should be a valid integer")
    return value


NotBoolean = BeforeValidator(_no_boolean)
"""Beside a field of whole numbers, after its bounds, which the OpenAPI document then keeps."""
