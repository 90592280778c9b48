"""The fields of an upload, the same in JSON and in a form."""

from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from inferx.conversion.contract import MAX_PART
from inferx.entities.models import ModelType
from inferx.errors import BadInput, Fault, Invalid
from inferx.http.fields import ModelName, NotBoolean
from inferx.registry.names import SHA256_PATTERN
from inferx.registry.uploads import NewVersion
from inferx.samples import MOST_ROWS, SENT_BYTES, STORED_BYTES, are_rows, written
from input_agreement import hints_of
from input_fields import InputDtype, InputKind, InputShape
from upload_forms import Form


def _checked_rows(rows: Any) -> Any:
    if not are_rows(rows):
        raise PydanticCustomError(
            "sample_rows",
            f"Send a list of 1 to {MOST_ROWS:,} rows, each an object of features, a list of values "
            "or an image in base64, as predictions take them",
        )
    try:
        size = len(written(rows))
    except ValueError:
        raise PydanticCustomError(
            "sample_rows", "A text holds half a surrogate pair, which is no Unicode; correct it"
        ) from None
    if size > STORED_BYTES:
        raise PydanticCustomError(
            "sample_rows",
            f"The rows take {size:,} bytes once each has its names, and at most {STORED_BYTES:,} "
            "are kept; send fewer",
        )
    return rows


# Checked as a whole: a list of wrong rows is one fault, not a thousand.
_Rows = Annotated[
    list[Any],
    BeforeValidator(_checked_rows),
    WithJsonSchema(
        {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_ROWS,
            "items": {
                "anyOf": [
                    {"type": "object"},
                    {"type": "array", "items": {}},
                    {"type": "string", "description": "An image in base64."},
                ]
            },
        }
    ),
]


_INPUTS = ("input_shape", "input_dtype", "input_kind")


class UploadFields(BaseModel):
    """The description of a model file to upload."""

    # Fields of later versions are ignored, which the document says aloud.
    model_config = ConfigDict(
        protected_namespaces=(), json_schema_extra={"additionalProperties": True}
    )

    name: ModelName
    description: Annotated[str | None, Field(max_length=1_000)] = None
    model_type: Annotated[
        ModelType, Field(description="The declared type; the file itself decides.")
    ]
    file_name: Annotated[str, Field(min_length=1, examples=["iris.pkl"])]
    file_size: Annotated[int, Field(gt=0), NotBoolean] | None = Field(
        None, description="The file's size in bytes; a file of another size is refused."
    )
    sha256: Annotated[
        str | None,
        Field(
            pattern=SHA256_PATTERN,
            description="The file's SHA-256 in hex; a file with another one is refused.",
        ),
    ] = None
    part: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=MAX_PART,
            examples=["model"],
            description=(
                "Which of several objects in the file to serve: a dictionary's key or a list's "
                "position; a dot leads further in."
            ),
        ),
    ] = None
    samples: _Rows | None = Field(
        None,
        description=(
            f"Up to {MOST_ROWS:,} rows as predictions take them, of at most {SENT_BYTES:,} bytes. "
            "The original and the converted model must agree on each of them."
        ),
    )
    input_shape: InputShape | None = Field(
        None,
        description=(
            "For Keras and PyTorch: the shape of one row, without the axis of the rows; `null` is "
            "any length. For several inputs a list of shapes, in the model's order."
        ),
        examples=[[28, 28, 1]],
    )
    input_dtype: InputDtype | None = Field(
        None,
        description="For Keras and PyTorch: the type of the input, or a list, one for each.",
        examples=["float32"],
    )
    input_kind: InputKind | None = Field(
        None,
        description=(
            "`image` if predictions take PNG or JPEG images in base64: an object says how they "
            "become numbers, `(x * scale - mean) / std` with 1/255, 0 and 1 by default."
        ),
        examples=[{"kind": "image", "size": [28, 28]}],
    )

    @classmethod
    def from_json(cls, body: bytes) -> "UploadFields":
        """Read the fields of a JSON body.

        Raises:
            BadInput: it is not JSON.
            Invalid: a field is missing or wrong.
        """
        try:
            fields = cls.model_validate_json(body)
        except ValidationError as error:
            raise _explained(error) from error
        size = 0 if fields.samples is None else len(written(fields.samples))
        if size > SENT_BYTES:
            sentence = f"May have at most {SENT_BYTES:,} bytes and has {size:,}; send fewer rows."
            raise Invalid.field("samples", sentence)
        return fields

    @classmethod
    def from_form(cls, form: Form) -> "UploadFields":
        """Read the fields of a form.

        The file's own name stands in for a missing ``file_name``; a blank optional field counts
        as absent.

        Raises:
            Invalid: a field is missing or wrong.
        """
        optional = {"description", "file_name", "file_size", "part", "sha256", *_INPUTS}
        given = {
            name: value for name, value in form.fields.items() if value or name not in optional
        }
        try:
            return cls.model_validate({"file_name": form.file_name, **given})
        except ValidationError as error:
            raise _explained(error) from error

    def as_new_version(self) -> NewVersion:
        """Return the same as the domain takes it.

        Raises:
            Invalid: fields contradict each other.
        """
        samples = None if self.samples is None else written(self.samples)
        fields = self.model_dump(exclude={"samples", *_INPUTS})
        hints = hints_of(self.input_shape, self.input_dtype, self.input_kind)
        return NewVersion(**fields, samples=samples, input_hints=hints)


def _request_body() -> dict[str, Any]:
    fields = UploadFields.model_json_schema(ref_template="#/components/schemas/{model}")
    del fields["$defs"]  # the responses bring the same types into the document
    file = {"type": "string", "format": "binary", "description": "The file, up to 4 MB."}
    samples = {
        "type": "string",
        "format": "binary",
        "description": (
            f"Up to {MOST_ROWS:,} rows as predictions take them: a JSON list, JSON Lines, or CSV "
            f"with a header, of at most {SENT_BYTES:,} bytes. The original and the converted "
            "model must agree on each of them."
        ),
    }
    form = {
        **fields,
        "title": "UploadForm",
        "description": "A model file of up to 4 MB with its description.",
        "properties": {**fields["properties"], "samples": samples, "file": file},
        # The part itself has the file's name.
        "required": [*(name for name in fields["required"] if name != "file_name"), "file"],
    }
    return {
        "required": True,
        "content": {
            "application/json": {"schema": fields},
            "multipart/form-data": {"schema": form},
        },
    }


def _explained(error: ValidationError) -> BadInput | Invalid:
    faults: list[Any] = error.errors(include_url=False, include_context=False)
    if faults[0]["type"] == "json_invalid":
        return BadInput("The request body is not valid JSON.")
    return Invalid([Fault(("body", *each["loc"]), each["msg"], each["type"]) for each in faults])


REQUEST_BODY = _request_body()
"""The body in the OpenAPI document, as JSON and as a form."""
