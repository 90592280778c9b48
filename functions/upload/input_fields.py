"""The fields of an upload that say what a deep model takes: shapes, types, images.

A form has them as text: JSON, or a bare word for a type or ``image``.
"""

import json
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictFloat,
    StrictInt,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from inferx.image_inputs import CHANNELS, LAYOUTS, MAX_SIDE
from inferx.input_hints import MAX_AXES, MAX_INPUTS, MAX_LENGTH, ImageHint
from inferx.signature import DTYPES

Shape = tuple[int | None, ...]
_JSON_STARTS = ("[", "{", '"')
_LENGTH_SCHEMA = {
    "anyOf": [{"type": "integer", "minimum": 1, "maximum": MAX_LENGTH}, {"type": "null"}]
}
_SHAPE_SCHEMA = {"type": "array", "items": _LENGTH_SCHEMA, "maxItems": MAX_AXES}
_DTYPE_SCHEMA = {"type": "string", "enum": list(DTYPES)}
_NUMBER_SCHEMA = {"type": "number", "minimum": -1e6, "maximum": 1e6}
_DIVISOR_SCHEMA = {"type": "number", "minimum": 1e-6, "maximum": 1e6}


def _from_form(value: Any) -> Any:
    """Return what the text of a form's field means; anything else as it is."""
    if not isinstance(value, str) or not value.strip().startswith(_JSON_STARTS):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise PydanticCustomError("json_invalid_field", "Is no valid JSON; correct it") from None


def _shapes(value: Any) -> tuple[Shape, ...]:
    value = _from_form(value)
    if not isinstance(value, list):
        raise _shape_error()
    if any(isinstance(each, list) for each in value):
        if not all(isinstance(each, list) for each in value) or len(value) > MAX_INPUTS:
            raise _shape_error()
        return tuple(_shape(each) for each in value)
    return (_shape(value),)


def _shape(value: list[Any]) -> Shape:
    if len(value) > MAX_AXES or not all(map(_is_length, value)):
        raise _shape_error()
    return tuple(value)


def _is_length(value: Any) -> bool:
    return value is None or (type(value) is int and 1 <= value <= MAX_LENGTH)


def _shape_error() -> PydanticCustomError:
    return PydanticCustomError(
        "input_shape",
        "Send the shape of one row, without the axis of the rows: a list of at most "
        f"{MAX_AXES} whole numbers from 1 to {MAX_LENGTH:,}, or null for any length, such as "
        "[28, 28, 1]; for several inputs a list of such lists",
    )


def _dtypes(value: Any) -> tuple[str, ...]:
    value = _from_form(value)
    given = value if isinstance(value, list) else [value]
    if not 0 < len(given) <= MAX_INPUTS or any(
        not isinstance(each, str) or each not in DTYPES for each in given
    ):
        raise PydanticCustomError(
            "input_dtype",
            f"Send one of {', '.join(DTYPES)}; for several inputs a list, one for each",
        )
    return tuple(given)


def _kind(value: Any) -> Any:
    value = _from_form(value)
    if value == "image":
        return {"kind": "image"}
    if not isinstance(value, dict):
        raise PydanticCustomError(
            "input_kind",
            'Send "image", or an object such as {"kind": "image", "size": [28, 28]}',
        )
    return value


def _one_or_each(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _not_zero(value: float) -> float:
    if abs(value) < 1e-6:
        raise PydanticCustomError("scale", "Input should not be 0")
    return value


_Number = Annotated[StrictFloat, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
_Divisor = Annotated[StrictFloat, Field(ge=1e-6, le=1e6, allow_inf_nan=False)]
_Side = Annotated[StrictInt, Field(ge=1, le=MAX_SIDE)]


class ImageKind(BaseModel):
    """An input that takes images."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["image"]
    input: Annotated[str | None, Field(min_length=1, max_length=1_000)] = None
    size: Annotated[list[_Side] | None, Field(min_length=2, max_length=2)] = None
    channels: Literal[1, 3, 4] | None = None
    layout: Literal["channels_last", "channels_first"] | None = None
    scale: Annotated[_Number, AfterValidator(_not_zero)] | None = None
    mean: (
        Annotated[list[_Number], BeforeValidator(_one_or_each), Field(min_length=1, max_length=4)]
        | None
    ) = None
    std: (
        Annotated[list[_Divisor], BeforeValidator(_one_or_each), Field(min_length=1, max_length=4)]
        | None
    ) = None

    def hint(self) -> ImageHint:
        """Return the same as the conversion takes it."""
        fields = self.model_dump(exclude={"kind"}, exclude_none=True)
        return ImageHint.from_dict(fields)


def _numbers_schema(one: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1, "maxItems": 4}]}


_KIND_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "kind": {"const": "image"},
        "input": {"type": "string", "description": "The input's name, where several would do."},
        "size": {
            "type": "array",
            "items": {"type": "integer", "minimum": 1, "maximum": MAX_SIDE},
            "minItems": 2,
            "maxItems": 2,
            "description": "Height and width to which images are resized.",
        },
        "channels": {"enum": list(CHANNELS)},
        "layout": {"enum": list(LAYOUTS)},
        "scale": {**_NUMBER_SCHEMA, "description": "Multiplies 0 to 255; 1/255 by default."},
        "mean": {**_numbers_schema(_NUMBER_SCHEMA), "description": "Is then subtracted."},
        "std": {**_numbers_schema(_DIVISOR_SCHEMA), "description": "Then divides."},
    },
    "required": ["kind"],
    "additionalProperties": False,
}


InputShape = Annotated[
    tuple[Shape, ...],
    BeforeValidator(_shapes),
    WithJsonSchema(
        {"anyOf": [_SHAPE_SCHEMA, {"type": "array", "items": _SHAPE_SCHEMA, "minItems": 1}]}
    ),
]
"""One shape for each input."""

InputDtype = Annotated[
    tuple[str, ...],
    BeforeValidator(_dtypes),
    WithJsonSchema(
        {"anyOf": [_DTYPE_SCHEMA, {"type": "array", "items": _DTYPE_SCHEMA, "minItems": 1}]}
    ),
]
"""One type for each input."""

InputKind = Annotated[
    ImageKind,
    BeforeValidator(_kind),
    WithJsonSchema({"anyOf": [{"const": "image"}, _KIND_SCHEMA]}),
]
"""What the input takes in place of numbers."""
