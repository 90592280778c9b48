"""Calls of batch jobs that no other test makes: their roles must allow them, and need them."""

from pathlib import Path

import pytest

from inferx.batch import assembly, planning, slices
from inferx.errors import Broken, Unavailable
from inferx.serving import memory
from inferx.serving.loading import Models
from inferx.storage import files
from tests.support.batches import Batches
from tests.support.jobs import ROW
from tools.lambdas import app
from tools.onnx_models import IRIS
from tools.permissions import recording

ROWS = 30


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "PART_BYTES", 250)
    monkeypatch.setattr(slices, "SLICE_ROWS", 10)
    monkeypatch.setattr(assembly, "SMALLEST", 100)
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 100)


def content() -> bytes:
    lines = [",".join(IRIS), *[",".join(map(str, ROW))] * ROWS]
    return "\n".join(lines).encode()


def made_by(function: str) -> set[str]:
    return {call.action for name, call in recording.seen() if name == function}


def test_a_worker_in_a_new_environment_reads_the_model_itself(
    batches: Batches, iris: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Models((memory.resident() >> 20) + 1024, tmp_path / "worker")
    monkeypatch.setattr(app("BatchWorkerFunction"), "_models", own)

    job = batches.run(batches.submit(iris, content()))

    assert job["status"] == "succeeded"
    assert {"s3:GetObject", "dynamodb:GetItem"} <= made_by("BatchWorkerFunction")


def test_the_step_that_ends_a_job_announces_it(batches: Batches, iris: str) -> None:
    endpoint = {"url": "http://127.0.0.1:9/", "events": ["job.finished"]}
    jobs = batches.jobs
    assert jobs.client.post("/api/v1/webhooks", json=endpoint, headers=jobs.headers).ok
    replaced = batches.submit(iris, content())
    first, *_ = batches.items(batches.step("plan", replaced))
    batches.replace_input(replaced, content() + b"\n")

    batches.work(first)
    batches.run(batches.submit(iris, content()))

    assert batches.shown(replaced)["status"] == "failed"
    for function in ("BatchWorkerFunction", "JobsPlanFunction"):
        assert "sqs:SendMessage" in made_by(function)


def test_a_joined_file_that_cannot_be_completed_is_dropped(
    batches: Batches, iris: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object) -> None:
        raise Unavailable

    job_id = batches.submit(iris, content())
    for item in batches.items(batches.step("plan", job_id)):
        batches.work_out(item)
    monkeypatch.setattr(files.MultipartUpload, "complete", unavailable)

    with pytest.raises(Broken):
        batches.step("join", job_id)

    assert "s3:AbortMultipartUpload" in made_by("JobsPlanFunction")


def test_a_job_for_a_named_version_is_taken(batches: Batches, iris: str) -> None:
    shown = batches.jobs.client.get(f"/api/v1/models/{iris}", headers=batches.jobs.headers)
    model = shown.json()["data"]["model"]

    response = batches.jobs.submit(f"{model['name']}:{model['version']}")

    assert response.status_code in (200, 202), response.text
    assert "dynamodb:Query" in made_by("JobsFunction")
