"""Fixtures of the tests of jobs."""

from pathlib import Path
from typing import Any

import pytest

from inferx.serving import memory
from inferx.serving.loading import Models
from inferx.settings import settings
from inferx.storage.signed import executions
from tests.support import stored_models
from tests.support.batches import Batches
from tests.support.gateway import Client
from tests.support.jobs import Jobs
from tools import onnx_models
from tools.cloud import Cloud
from tools.lambdas import app
from tools.permissions import recording


@pytest.fixture(autouse=True)
def models(db: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Models:
    """Return the models of the worker's container, none of them open."""
    empty = Models((memory.resident() >> 20) + 1024, tmp_path)
    monkeypatch.setattr(app("JobsWorkerFunction"), "_models", empty)
    return empty


@pytest.fixture
def iris(test_user: dict[str, Any]) -> str:
    """Return the id of a ready model of the test user."""
    _, _, content = onnx_models.iris()
    model_id = stored_models.store(test_user["id"], content)
    stored_models.point(test_user["id"], (model_id, 1))
    return model_id


@pytest.fixture
def jobs(client: Client, db: Cloud, auth_headers: dict[str, str]) -> Jobs:
    """Return the routes of jobs, called by the test user."""
    return Jobs(client, db, auth_headers)


@pytest.fixture
def working(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    """Return the routes of jobs, with a worker that works while a request waits."""
    monkeypatch.setattr("inferx.jobs.showing.time.sleep", lambda _: jobs.work())
    return jobs


@pytest.fixture
def batches(jobs: Jobs, models: Models, monkeypatch: pytest.MonkeyPatch) -> Batches:
    """Return batch jobs whose steps run in this process."""
    made = Batches(jobs)
    for function in ("JobsPlanFunction", "BatchWorkerFunction"):
        monkeypatch.setattr(app(function), "_models", models)

    def start(_: str, job_id: str) -> None:
        parameters = {"stateMachineArn": settings.batches_state_machine}
        recording.note("states", "StartExecution", parameters)
        made.started.append(job_id)

    monkeypatch.setattr(executions, "start", start)
    return made
