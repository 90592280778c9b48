"""The local stack after `make down` and `make up`."""

import pickle
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from local.demo.training import train
from local.deployed import Deployed
from tests.e2e.conftest import REPOSITORY, Http, RegisteredUser
from tests.e2e.test_predict import ROW, upload


def make(target: str) -> str:
    done = subprocess.run(
        ["make", target], cwd=REPOSITORY, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_accounts_models_and_the_base_url_outlive_make_down(
    base_url: str, registered_user: RegisteredUser, user_http: Http
) -> None:
    trained = train()
    uploaded = user_http.post(
        "/api/v1/models/upload",
        data={"name": "kept", "model_type": "sklearn"},
        files={"file": ("model.pkl", pickle.dumps(trained.pipeline))},
    )
    assert uploaded.json()["data"]["model"]["status"] == "ready", uploaded.text

    make("down")
    again = make("up").splitlines()[-1]

    credentials = {"email": registered_user.email, "password": registered_user.password}
    login = user_http.post("/api/v1/auth/login", json=credentials)
    prediction = user_http.post("/api/v1/predict/kept", json={"input": trained.rows[0]})
    second = user_http.post(
        "/api/v1/models/upload",
        data={"name": "kept", "model_type": "sklearn"},
        files={"file": ("model.pkl", pickle.dumps(trained.pipeline))},
    )
    assert again == base_url
    assert login.status_code == 200, login.text
    assert prediction.json()["prediction"] == trained.predicted()[0]
    assert second.json()["data"]["model"]["status"] == "ready", second.text


@pytest.fixture
def quick_redelivery(deployed: Deployed) -> Iterator[None]:
    """Have the jobs queue deliver a message again half a minute after its worker died."""
    queue = deployed.resource("JobsQueue")
    sqs = deployed.client("sqs")
    usual = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "30"})
    yield
    sqs.set_queue_attributes(QueueUrl=queue, Attributes=usual["Attributes"])


@pytest.mark.slow
@pytest.mark.usefixtures("quick_redelivery")
def test_predictions_under_way_outlive_make_down(user_http: Http) -> None:
    upload(user_http, "iris")
    submitted = [
        user_http.post(
            "/api/v1/predict/async/iris",
            json={"input": [ROW] * rows},
            headers={"Prefer": "respond-async"},
        ).json()["job"]["id"]
        for rows in range(1, 11)
    ]

    make("down")
    make("up")

    jobs = [finished(user_http, job_id) for job_id in submitted]
    assert [job["job"]["status"] for job in jobs] == ["succeeded"] * 10
    assert [len(job["prediction"]) for job in jobs] == list(range(1, 11))


def finished(user: Http, job_id: str) -> dict[str, Any]:
    """Return a job once it has finished, asking again where the stack is busy starting."""
    for _ in range(10):
        response = user.get(f"/api/v1/predict/jobs/{job_id}", params={"wait": 20})
        if response.status_code == 503:
            time.sleep(int(response.headers["retry-after"]))
        elif response.json()["job"]["finished_at"]:
            found: dict[str, Any] = response.json()
            return found
    raise AssertionError(f"job {job_id} does not finish: {response.text}")
