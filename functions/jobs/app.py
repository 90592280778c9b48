"""Asynchronous and batch predictions: submit, show, list, cancel."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response as WebResponse
from aws_lambda_powertools.event_handler.openapi.params import Query

from async_requests import read_request
from batch_fields import BatchFields, BatchResponse
from inferx.entities.jobs import JobStatus
from inferx.http import events
from inferx.http.entry import entry
from inferx.http.events import Event, Response
from inferx.http.web import Caller, json_only, web_app
from inferx.jobs import batches, showing, submission
from inferx.serving.routing import Router
from inferx.settings import require
from inferx.webhooks.new_callbacks import callback_to
from job_responses import (
    FinishedResponse,
    JobListMeta,
    JobListResponse,
    JobResponse,
    JobStatusName,
    JobView,
    SubmittedResponse,
    shown,
)

require(
    "JobsFunction",
    "models_table",
    "jobs_table",
    "bucket",
    "jobs_queue_url",
    "webhooks_table",
    "events_queue_url",
    "webhook_loopback",
)

_JOB_PATH = "/api/v1/predict/jobs/"

app = web_app()
_router = Router()


@app.post(
    "/api/v1/predict/async/<id>",
    summary="Predict asynchronously",
    tags=["Jobs"],
    responses={
        200: {
            "description": "The job has finished",
            "content": {"application/json": {"model": SubmittedResponse}},
        },
        202: {
            "description": "The job is queued or running",
            "content": {"application/json": {"model": SubmittedResponse}},
        },
    },
)
def submit() -> WebResponse[dict[str, Any]]:
    """Queue a prediction and wait a moment for it."""
    event = app.current_event.raw_event
    asked = read_request(event)
    callback = None if asked.callback_url is None else callback_to(asked.callback_url)
    job = submission.submit(
        events.principal(event),
        _parameter("id"),
        asked.body,
        router=_router,
        callback=callback,
        idempotency_key=asked.idempotency_key,
    )
    job = showing.wait_until_finished(job, asked.wait)
    content = shown(job)
    if job.callback_secret is not None:
        content["callback_secret"] = job.callback_secret
    if job.status.is_finished:
        return _json(200, content)
    path = events.path(event).partition("/predict/async/")[0] + f"/predict/jobs/{job.id}"
    return _json(202, content, {"Location": path, "Retry-After": "1"})


@app.post(
    "/api/v1/predict/batch/<id>", status_code=202, summary="Predict a file of rows", tags=["Jobs"]
)
def submit_batch(caller: Caller, fields: BatchFields) -> BatchResponse:
    """Return a job and an S3 POST form for its file; it starts when the file has been sent."""
    callback = None if fields.callback_url is None else callback_to(fields.callback_url)
    job, form = batches.submit(
        caller, _parameter("id"), fields.as_options(), router=_router, callback=callback
    )
    return BatchResponse.of(job, form)


@app.get("/api/v1/predict/jobs", summary="List jobs, newest first", tags=["Jobs"])
def list_jobs(
    caller: Caller,
    page: Annotated[int, Query(ge=1)] = 1,
    per_page: Annotated[int, Query(ge=1, le=100)] = 20,
    status: Annotated[JobStatusName | None, Query(description="Only jobs of this status.")] = None,
) -> JobListResponse:
    """Return one page of the caller's jobs; empty past the end."""
    wanted = None if status is None else JobStatus(status)
    found = showing.page_of(caller, page=page, per_page=per_page, status=wanted)
    return JobListResponse(
        data=[JobView.of(job) for job in found.jobs],
        meta=JobListMeta(page=page, per_page=per_page, total=found.total),
    )


@app.get(
    "/api/v1/predict/jobs/<job_id>",
    summary="Show a job",
    tags=["Jobs"],
    responses={
        200: {
            "description": "Successful Response",
            "content": {"application/json": {"model": FinishedResponse}},
        }
    },
)
def show_job(
    caller: Caller,
    wait: Annotated[
        float, Query(ge=0, le=25, description="Hold so many seconds while it is unfinished.")
    ] = 0,
) -> WebResponse[dict[str, Any]]:
    """Return a job, and its prediction once it has succeeded."""
    return _json(200, shown(showing.show(caller, _parameter("job_id"), wait_seconds=wait)))


@app.delete("/api/v1/predict/jobs/<job_id>", summary="Cancel a job", tags=["Jobs"])
def cancel_job(caller: Caller) -> JobResponse:
    """Cancels what is queued or running."""
    return JobResponse(job=JobView.of(showing.cancel(caller, _parameter("job_id"))))


def _json(
    status: int, content: dict[str, Any], headers: dict[str, str] | None = None
) -> WebResponse[dict[str, Any]]:
    return WebResponse(status, "application/json", content, headers=headers or {})


def _parameter(name: str) -> str:
    # Powertools matches the raw path; the gateway's own parameters are percent-decoded.
    return events.path_parameter(app.current_event.raw_event, name)


def _resolve(event: Event, context: Any) -> Response:
    # Before the body is looked at: a credential without the scope gets 403, whatever it sends.
    events.principal(event).require("predict")
    # A prediction's body may be large, and read_request reads it as predictions are read.
    is_prediction = events.route_key(event).startswith("POST /api/v1/predict/async/")
    return app.resolve(event, context) if is_prediction else _read(event, context)


_read = json_only(app.resolve)
handler = entry(_resolve)
