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
    """What an uploader says about a model."""

    model_config = ConfigDict(protected_namespaces=())

    name: ModelName
    description: Annotated[str | None, Field(max_length=1_000)] = None
    model_type: Annotated[ModelType, Field(examples=["sklearn"])]
    file_name: Annotated[str, Field(min_length=1, examples=["iris.pkl"])]
    file_size: Annotated[int, Field(gt=0), NotBoolean] | None = Field(
        None, description="Bytes; the file must have them."
    )
    sha256: Annotated[
        str | None, Field(pattern=SHA256_PATTERN, description="Of the file, in hex.")
    ] = None

    @classmethod
    def from_json(cls, body: bytes) -> "UploadFields":
        """The fields of a JSON body.

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
        """The fields of a form; the file's own name where none is given, blank for absent.

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
        """The same for the domain."""
        return NewVersion(**self.model_dump())


def _request_body() -> dict[str, Any]:
    fields = UploadFields.model_json_schema()
    # A reference into $defs would lead nowhere in the whole document.
    types = fields.pop("$defs")
    fields["properties"]["model_type"] = types["ModelType"] | {"title": "Model Type"}
    file = {"type": "string", "format": "binary", "description": "The file, up to 4 MB."}
    form = {
        **fields,
        "title": "UploadForm",
        "properties": {**fields["properties"], "file": file},
        # The part has the file's name itself.
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
"""The OpenAPI description of the body, in both of its forms."""
