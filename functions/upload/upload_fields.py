"""The fields of an upload, the same in JSON and in a form."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from inferx.entities.models import ModelType
from inferx.errors import BadInput, Fault, Invalid
from inferx.http.fields import ModelName, NotBoolean
from inferx.registry.names import SHA256_PATTERN
from inferx.registry.uploads import NewVersion
from upload_forms import Form


class UploadFields(BaseModel):
    """The description of a model file to upload."""

    model_config = ConfigDict(protected_namespaces=())

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

    @classmethod
    def from_json(cls, body: bytes) -> "UploadFields":
        """Read the fields of a JSON body.

        Raises:
            BadInput: it is not JSON.
            Invalid: a field is missing or wrong.
        """
        try:
            return cls.model_validate_json(body)
        except ValidationError as error:
            raise _explained(error) from error

    @classmethod
    def from_form(cls, form: Form) -> "UploadFields":
        """Read the fields of a form.

        The file's own name stands in for a missing ``file_name``; a blank optional field counts
        as absent.

        Raises:
            Invalid: a field is missing or wrong.
        """
        optional = {"description", "file_name", "file_size", "sha256"}
        given = {
            name: value for name, value in form.fields.items() if value or name not in optional
        }
        try:
            return cls.model_validate({"file_name": form.file_name, **given})
        except ValidationError as error:
            raise _explained(error) from error

    def as_new_version(self) -> NewVersion:
        """Return the same as the domain takes it."""
        return NewVersion(**self.model_dump())


def _request_body() -> dict[str, Any]:
    fields = UploadFields.model_json_schema(ref_template="#/components/schemas/{model}")
    del fields["$defs"]  # the responses bring the same types into the document
    file = {"type": "string", "format": "binary", "description": "The file, up to 4 MB."}
    form = {
        **fields,
        "title": "UploadForm",
        "description": "A model file of up to 4 MB with its description.",
        "properties": {**fields["properties"], "file": file},
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
