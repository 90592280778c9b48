"""Jobs as the API shows them."""

import json
from typing import Any, Literal

from pydantic import Field

from inferx.entities.jobs import Job
from inferx.http.response_model import Id, ResponseModel, Timestamp
from inferx.jobs import ending, showing

type JobStatusName = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class JobModel(ResponseModel):
    """The version that a job predicts with, as it was called at the submission."""

    id: Id
    name: str = Field(examples=["iris"])
    version: int = Field(examples=[1])


class ProgressView(ResponseModel):
    """How far a batch job is."""

    rows_done: int = Field(description="Rows in the parts that are done.")
    rows_failed: int = Field(description="Rows of them that have an error instead of a prediction.")
    rows_total: int | None = Field(description="Rows of the file, once it has been read through.")
    parts_done: int
    parts: int | None


class JobView(ResponseModel):
    """An asynchronous or batch prediction."""

    id: Id
    kind: Literal["async", "batch"]
    model: JobModel
    status: JobStatusName
    created_at: Timestamp
    started_at: Timestamp | None
    finished_at: Timestamp | None
    error: str | None = Field(description="Why the job failed.")
    progress: ProgressView | None = Field(description="Of a batch job.")
    totals: dict[str, Any] | None = Field(description="Of a finished batch job, with its cost.")
    result_url: str | None = Field(
        description="Where to read a result that is a file, for an hour from this response."
    )
    expires_at: Timestamp = Field(description="When the job and its result are removed.")

    @classmethod
    def of(cls, job: Job) -> "JobView":
        """Return the view of a job."""
        shown = {"progress": None, "totals": None, **ending.facts(job)}
        return cls.model_validate({**shown, "result_url": showing.result_url(job)})


class JobListMeta(ResponseModel):
    """Which page this is, and how many jobs there are."""

    page: int
    per_page: int
    total: int


class JobListResponse(ResponseModel):
    """One page of jobs."""

    success: Literal[True] = True
    data: list[JobView]
    meta: JobListMeta


class JobResponse(ResponseModel):
    """One job."""

    job: JobView


class FinishedResponse(JobResponse):
    """One job; once it has succeeded, with the fields of its prediction's response."""

    prediction: Any = None
    probabilities: Any = None
    model: JobModel | None = None


class SubmittedResponse(FinishedResponse):
    """The job that a submission made, finished or not."""

    callback_secret: str | None = Field(
        default=None, description="Signs the request to `callback_url`; absent without one."
    )


def shown(job: Job) -> dict[str, Any]:
    """Return a job beside its prediction's response, if it has one that is not a file."""
    result = {} if job.result is None else json.loads(job.result)
    return {"job": JobView.of(job).model_dump(), **result}
