"""The body and the response of POST /predict/batch/{id}."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from inferx.entities.jobs import BatchOptions, Job
from inferx.entities.objects import UploadForm
from inferx.http.form_view import PresignedFormView
from inferx.http.response_model import ResponseModel
from job_responses import JobView


class BatchFields(BaseModel):
    """What to do with a file of rows."""

    format: Literal["csv", "jsonl", "parquet"] = Field(
        description="The format of the file and of the result."
    )
    compression: Literal["gzip", "zstd"] | None = Field(
        default=None, description="How the file is compressed, and the result will be; not Parquet."
    )
    columns: list[Annotated[str, Field(min_length=1, max_length=255)]] | None = Field(
        default=None,
        max_length=10_000,
        description="The input's columns to copy into the result, in this order; default all.",
    )
    max_failed_fraction: float = Field(
        default=1.0,
        strict=True,  # neither true nor "0.5"
        ge=0,
        le=1,
        description="The job fails when more than this share of the rows does.",
    )
    callback_url: str | None = Field(
        default=None, max_length=2_048, description="Where to send the outcome: https only."
    )

    @model_validator(mode="after")
    def _check_compression(self) -> Self:
        if self.format == "parquet" and self.compression is not None:
            raise PydanticCustomError(
                "value_error", "Parquet files are compressed inside: leave out compression"
            )
        return self

    def as_options(self) -> BatchOptions:
        """Return the options of the job."""
        return BatchOptions(
            format=self.format,
            compression=self.compression,
            columns=None if self.columns is None else tuple(self.columns),
            max_failed_fraction=self.max_failed_fraction,
        )


class BatchResponse(ResponseModel):
    """A job that waits for its file, and the form that uploads it."""

    job: JobView
    upload: PresignedFormView
    callback_secret: str | None = Field(
        description="Signs the request to `callback_url`; shown here alone."
    )

    @classmethod
    def of(cls, job: Job, form: UploadForm) -> "BatchResponse":
        """Return the response to a submission."""
        return cls(
            job=JobView.of(job),
            upload=PresignedFormView.of(form),
            callback_secret=job.callback_secret,
        )
