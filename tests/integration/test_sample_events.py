"""Each sample event is handled as `events/` promises, once there is what it names."""

from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from inferx import deadline
from inferx.batch.plans import Part
from inferx.conversion.contract import ConversionRequest
from inferx.serving import memory
from inferx.serving.loading import Models
from inferx.settings import settings
from inferx.storage.signed import executions
from sandbox.service import serve
from tests.support import stored_models
from tests.support.batches import Batches
from tests.support.gateway import Client
from tests.support.jobs import Jobs
from tools import onnx_models
from tools.cloud import Cloud
from tools.events.placeholders import Placeholders, filled
from tools.events.samples import BATCH_INPUT, Sample, samples
from tools.lambdas import app, invoke

SAMPLES = {sample.name: sample for sample in samples()}
CONVERTERS = {"convert", "convert_deep"}
WORKERS = ("JobsWorkerFunction", "JobsPlanFunction", "BatchWorkerFunction")


@pytest.fixture(autouse=True)
def models(db: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no model open in any function."""
    empty = Models((memory.resident() >> 20) + 1024, tmp_path)
    monkeypatch.setattr(app("PredictFunction").model_pool, "models", empty)
    for function in WORKERS:
        monkeypatch.setattr(app(function), "_models", empty)
    monkeypatch.setattr(executions, "start", lambda owner_id, job_id: None)


@pytest.fixture
def batches(client: Client, db: Cloud, auth_headers: dict[str, str]) -> Batches:
    """Return batch jobs of the test user."""
    return Batches(Jobs(client, db, auth_headers))


@pytest.fixture(scope="module")
def model_file() -> bytes:
    """Return a model as the demo's, which was fitted on rows without names."""
    estimator, _, _ = onnx_models.iris()
    unnamed = [onnx_models.feature(None, column=column) for column in range(4)]
    about = onnx_models.iris_signature() | {"features": unnamed, "named_features": False}
    return onnx_models.converted(estimator, about)


@pytest.fixture
def real(batches: Batches, test_user: dict[str, Any], model_file: bytes) -> Placeholders:
    """Return what the events name, made as a client makes it but for the model's conversion."""
    model_id = stored_models.store(test_user["id"], model_file)
    stored_models.point(test_user["id"], (model_id, 1))
    key = batches.jobs.client.post(
        "/api/v1/auth/api-keys",
        json={"name": "sample", "scopes": ["predict", "models:read", "models:write"]},
        headers=batches.jobs.headers,
    ).json()["data"]["api_key"]["key"]
    return Placeholders(
        user_id=test_user["id"],
        email=test_user["email"],
        password=test_user["password"],
        api_key=key,
        model_id=model_id,
        job_id=batches.jobs.submitted("iris"),
        batch_id=batches.submit("iris", BATCH_INPUT),
        bucket=settings.bucket,
        object_version="null",
        source_size=1,
    )


@pytest.mark.parametrize("name", sorted(SAMPLES.keys() - CONVERTERS))
def test_the_function_returns_what_is_expected(name: str, real: Placeholders) -> None:
    sample = SAMPLES[name]

    response = invoke(sample.function, filled(sample.event, real), seconds=900)

    assert sample.is_expected(response, real), response


def test_the_events_of_a_batch_job_in_their_order_finish_it(
    real: Placeholders, batches: Batches
) -> None:
    for name in ("jobs_plan", "batch_worker", "jobs_plan-join"):
        _send(SAMPLES[name], real)

    job = batches.shown(real.batch_id)
    assert job["status"] == "succeeded"
    assert batches.result(job).count(b"\n") == BATCH_INPUT.count(b"\n")


def test_the_part_of_a_sample_is_the_one_that_planning_cuts(
    real: Placeholders, batches: Batches
) -> None:
    (item,) = batches.items(batches.step("plan", real.batch_id))

    assert Part(**item["part"]) == Part(**SAMPLES["batch_worker"].event["part"])


@pytest.mark.slow
def test_the_request_to_convert_converts_what_it_names(temp_model_file: Path) -> None:
    content, stored = temp_model_file.read_bytes(), []

    class Storage(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._respond(content)

        def do_PUT(self) -> None:
            stored.append(self.rfile.read(int(self.headers["Content-Length"])))
            self._respond(b"")

        def log_message(self, *_: Any) -> None:
            """Log nothing."""

        def _respond(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with HTTPServer(("127.0.0.1", 0), Storage) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        real = replace(
            Placeholders(),
            source_url=f"{url}/source",
            source_size=len(content),
            result_url=f"{url}/result",
        )
        deadline.start(300)
        asked = ConversionRequest.from_dict(filled(SAMPLES["convert"].event, real))

        outcome = serve(asked, job="converter.job").to_dict()

        server.shutdown()
        thread.join()

    assert SAMPLES["convert"].is_expected(outcome, real), outcome
    assert len(stored) == 1


def _send(sample: Sample, real: Placeholders) -> Any:
    return invoke(sample.function, filled(sample.event, real), seconds=900)
