"""The steps of the state machine that runs a batch job.

Each takes and returns what the state machine passes on. A file that does not fit ends the job with
its sentence and is no error here; what is raised is a fault of ours, which is tried again.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from inferx.batch import joining, parts, planning
from inferx.batch.parts import Done
from inferx.batch.plans import Part
from inferx.entities.jobs import Job
from inferx.errors import Broken, InferXError
from inferx.jobs import ending
from inferx.serving.loading import Models
from inferx.storage.signed import jobs

_GAVE_UP = "The job did not succeed for a reason on our side; please submit it again."

type State = Mapping[str, Any]


def plan(models: Models, state: State) -> dict[str, Any]:
    """Cut the file; the result has ``manifest_key``, ``None`` when there is nothing to do."""
    job = jobs.find(state["job_id"])
    key = None
    if job is not None:
        if job.status.is_finished:
            ending.announce(job)
        else:
            key = _or_failed(job, lambda: planning.plan(models, job))
    return {
        "owner_id": state["owner_id"], "job_id": state["job_id"], "manifest_key": key,
        "has_parts": key is not None,
    }  # fmt: skip


def work(models: Models, state: State) -> dict[str, Any]:
    """Predict a part; the result is the next state, with ``is_done``."""
    part = Part(**state["part"])
    given = state.get("done")
    done = None if given is None else Done.from_dict(given)
    job = jobs.find(state["job_id"])
    after = None
    if job is not None:
        after = _or_failed(job, lambda: parts.work(models, job.id, part, done))
    if after is None:
        return {"is_done": True}
    return {**state, "done": asdict(after), "is_done": False}


def join(state: State) -> dict[str, Any]:
    """Join the results and end the job."""
    joining.join(state["job_id"])
    return {}


def fail(state: State) -> dict[str, Any]:
    """End a job that the other steps gave up."""
    job = jobs.find(state["job_id"])
    if job is not None:
        if job.status.is_finished:
            ending.announce(job)
        else:
            ending.fail(job, _GAVE_UP)
    return {}


def _or_failed[T](job: Job, step: Callable[[], T]) -> T | None:
    try:
        return step()
    except Broken:
        raise
    except InferXError as error:
        ending.fail(job, error.detail)
        return None
