"""An upload form as the API shows it."""

from pydantic import Field

from inferx.clock import iso
from inferx.entities.objects import UploadForm
from inferx.http.response_model import ResponseModel, Timestamp


class PresignedFormView(ResponseModel):
    """An S3 POST form: send `fields`, then the part `file`, to `url`."""

    url: str
    fields: dict[str, str]
    expires_at: Timestamp
    max_bytes: int = Field(description="The size of the largest file that S3 accepts.")

    @classmethod
    def of(cls, form: UploadForm) -> "PresignedFormView":
        """Return the view of a form."""
        return cls(
            url=form.url,
            fields=form.fields,
            expires_at=iso(form.expires_at),
            max_bytes=form.max_bytes,
        )
