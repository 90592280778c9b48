"""Integration fixtures: the real handlers in process, AWS by moto."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import joblib
import pytest
import requests
from moto import mock_aws
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from inferx import settings
from inferx.identity import signing_keys
from inferx.storage import aws, functions
from inferx.storage.signed import json_api, s3
from tests.support import signed_by_moto
from tests.support.gateway import Client
from tests.support.real_converter import convert_in_process
from tools.cloud import Cloud, build, environment
from tools.permissions import recording
from tools.permissions.roles import roles

PASSWORD = "SecurePass123!"


@pytest.fixture(scope="session", autouse=True)
def _recorded() -> Iterator[None]:
    """Note the calls of all functions, for `python -m tools.permissions`."""
    with recording.recording():
        yield
    recording.write()


@pytest.fixture(autouse=True)
def _within_their_roles() -> Iterator[None]:
    """Fail a test in which a function made a call that its role does not allow."""
    before = recording.seen()
    yield
    made = recording.seen() - before
    refused = [(name, call) for name, call in made if not roles()[name].permits(call)]
    assert not refused, f"template.yaml does not allow: {sorted(refused)}"


@pytest.fixture
def db(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """Return the stack's tables, bucket, queues and secret, fresh and empty."""
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    settings.forget()
    aws.forget()
    signing_keys.forget()
    monkeypatch.setattr(json_api, "call", signed_by_moto.call)
    monkeypatch.setattr(s3, "get_object", signed_by_moto.get_object)
    monkeypatch.setattr(s3, "put_object", signed_by_moto.put_object)
    # moto's SQS names queues by this account by default.
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "123456789012")
    with mock_aws():
        yield build()
    settings.forget()
    aws.forget()


@pytest.fixture
def client(db: Cloud) -> Client:
    """Sends requests through the template's routes, authorizer included."""
    return Client()


@pytest.fixture
def test_user(client: Client) -> dict[str, Any]:
    """Return a registered user, with the password beside."""
    email = "ada@example.com"
    response = client.post(
        "/api/v1/auth/register",
        json={"email": email, "password": PASSWORD, "full_name": "Ada Example"},
    )
    assert response.status_code == 201, response.text
    return {**response.json()["data"]["user"], "password": PASSWORD}


@pytest.fixture
def auth_headers(client: Client, test_user: dict[str, Any]) -> dict[str, str]:
    """Return the registered user's access token, as a header."""
    response = client.post(
        "/api/v1/auth/login",
        json={"email": test_user["email"], "password": test_user["password"]},
    )
    assert response.status_code == 200, response.text
    return {"Authorization": f"Bearer {response.json()['access_token']}"}


@pytest.fixture(scope="session")
def temp_model_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a scikit-learn pipeline fitted on iris, with string labels, saved by joblib."""
    iris = load_iris()
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
    pipeline.fit(iris.data, iris.target_names[iris.target])
    path = tmp_path_factory.mktemp("models") / "iris.joblib"
    joblib.dump(pipeline, path)
    return path


@pytest.fixture
def test_model(
    client: Client,
    db: Cloud,
    auth_headers: dict[str, str],
    temp_model_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> dict[str, Any]:
    """Upload a model of the test user to S3, convert it by the real converter and return it."""
    monkeypatch.setattr(functions, "invoke", convert_in_process)
    reserved = client.post(
        "/api/v1/models/upload",
        json={"name": "iris", "model_type": "sklearn", "file_name": temp_model_file.name},
        headers=auth_headers,
    ).json()["data"]
    form = reserved["upload"]
    sent = requests.post(
        form["url"],
        data=form["fields"],
        files={"file": temp_model_file.read_bytes()},
        timeout=5,
    )
    assert sent.status_code == 204, sent.text
    db.deliver("IngestQueue", "IngestFunction")
    shown = client.get(f"/api/v1/models/{reserved['model']['id']}", headers=auth_headers)
    model: dict[str, Any] = shown.json()["data"]["model"]
    assert model["status"] == "ready", model
    return model
