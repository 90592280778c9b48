"""Every line that a request logs is a JSON object with its ids, and holds nothing secret."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from inferx.errors import Unavailable
from inferx.identity import registration, users
from inferx.storage import mail
from tests.support.gateway import Client
from tools.cloud import Cloud
from tools.lambdas import Context, app, invoke

EMAIL, PASSWORD = "grace@example.com", "SecurePass123!"
ACCOUNT = {"email": EMAIL, "password": PASSWORD}


@pytest.fixture(autouse=True)
def _root_logger() -> Iterator[None]:
    """Leave the root logger, which web functions take over, as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers = handlers
    root.setLevel(level)


class Lines:
    """What the functions have printed, as the objects that the lines hold."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def new(self) -> list[dict[str, Any]]:
        printed = self._capsys.readouterr()
        assert printed.err == ""
        for secret in (EMAIL, PASSWORD, "eyJ", "a secret value"):
            assert secret not in printed.out
        return [json.loads(line) for line in printed.out.splitlines()]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    """Return the lines printed since the last look."""
    return Lines(capsys)


@pytest.fixture
def account(client: Client, lines: Lines) -> dict[str, str]:
    """Return the headers and the id of a user who has logged in."""
    user = client.post("/api/v1/auth/register", json=ACCOUNT).json()["data"]["user"]
    tokens = client.post("/api/v1/auth/login", json=ACCOUNT).json()
    lines.new()
    return {"id": user["id"], "authorization": f"Bearer {tokens['access_token']}"}


PUBLIC: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/api/v1/auth/register", {"json": ACCOUNT}),
    ("POST", "/api/v1/auth/login", {"json": ACCOUNT | {"password": "a secret value"}}),
    ("POST", "/api/v1/auth/login", {"data": "{a secret value"}),
    ("POST", "/api/v1/auth/refresh", {"json": {"refresh_token": "a secret value"}}),
    ("GET", "/nowhere", {}),
    ("DELETE", "/v2", {}),
]


@pytest.mark.parametrize("sent", PUBLIC)
def test_a_refused_public_request_logs_its_id(
    client: Client,
    account: dict[str, str],
    lines: Lines,
    sent: tuple[str, str, dict[str, Any]],
) -> None:
    method, path, arguments = sent

    response = client.request(method, path, **arguments)

    logged = lines.new()
    assert response.status_code >= 400
    assert logged
    assert all(line["request_id"] == response.headers["x-request-id"] for line in logged)
    assert all("owner_id" not in line for line in logged)


GUARDED: list[tuple[str, str, dict[str, Any]]] = [
    ("PUT", "/api/v1/auth/password", {"json": {"current_password": "a", "new_password": "b"}}),
    ("GET", "/api/v1/models/none", {}),
    ("GET", "/api/v1/models?page=0", {}),
    ("POST", "/api/v1/models/upload", {"json": {"name": "a secret value?!"}}),
    ("POST", "/api/v1/models/upload", {"files": {"file": ("a secret value", b"")}}),
    ("POST", "/api/v1/predict/none", {"json": {"input": "a secret value"}}),
    ("POST", "/v2/models/none/infer", {"json": {"inputs": "a secret value"}}),
]


@pytest.mark.parametrize("sent", GUARDED)
def test_a_refused_request_logs_its_id_and_its_owner(
    client: Client,
    account: dict[str, str],
    lines: Lines,
    sent: tuple[str, str, dict[str, Any]],
) -> None:
    method, path, arguments = sent
    headers = {"Authorization": account["authorization"]}

    response = client.request(method, path, headers=headers, **arguments)

    logged = lines.new()
    assert response.status_code >= 400
    assert logged
    assert all(line["request_id"] == response.headers["x-request-id"] for line in logged)
    assert all(line["owner_id"] == account["id"] for line in logged)


def test_a_warm_prediction_logs_one_short_line_with_its_ids(
    client: Client,
    test_user: dict[str, Any],
    auth_headers: dict[str, str],
    test_model: dict[str, Any],
    lines: Lines,
) -> None:
    row = {"input": [5.1, 3.5, 1.4, 0.2]}
    client.post(f"/api/v1/predict/{test_model['id']}", json=row, headers=auth_headers)  # cold
    lines.new()

    response = client.post(f"/api/v1/predict/{test_model['id']}", json=row, headers=auth_headers)

    (line,) = lines.new()
    assert response.status_code == 200
    assert line["message"] == "predicted"
    assert line["request_id"] == response.headers["x-request-id"]
    assert (line["model_id"], line["rows"]) == (test_model["id"], 1)
    # With the 26 bytes that CloudWatch adds, and an id of the gateway's usual 16 characters.
    assert len(json.dumps(line, separators=(",", ":"))) < 350 - 26 + len(line["request_id"]) - 16


def test_a_failure_logs_its_id_owner_and_place_and_not_its_text(
    client: Client, account: dict[str, str], lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: str) -> None:
        logging.getLogger("a.library").warning("a secret value")
        raise KeyError("a secret value")

    monkeypatch.setattr(users, "find_user", fail)
    app.cache_clear()  # as at a cold start, where Lambda's runtime has a handler in place

    response = _me(client, account)

    logged = lines.new()
    assert response.status_code == 500
    assert [line["message"] for line in logged] == ["library message", "failed"]
    assert logged[1]["error"] == "KeyError"
    assert all(line["request_id"] == response.headers["x-request-id"] for line in logged)
    assert all(line["owner_id"] == account["id"] for line in logged)


def _me(client: Client, account: dict[str, str]) -> requests.Response:
    return client.get("/api/v1/auth/me", headers={"Authorization": account["authorization"]})


def test_the_authorizer_logs_the_id_of_the_request(
    client: Client, account: dict[str, str], lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: str) -> None:
        raise KeyError("a secret value")

    monkeypatch.setattr("inferx.identity.authenticate.user_of_access_token", fail)

    response = _me(client, account)

    logged = lines.new()
    assert [line["message"] for line in logged] == ["authorization undecided", "failed"]
    assert all(line["request_id"] == response.headers["x-request-id"] for line in logged)


def test_a_queued_message_logs_its_id_and_the_invocations(
    client: Client, db: Cloud, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Unavailable

    registration.register(EMAIL, PASSWORD, None, "192.0.2.1")
    monkeypatch.setattr(mail, "send", fail)
    lines.new()

    (outcome,) = db.deliver("MailQueue", "MailerFunction")

    (line,) = lines.new()
    assert line["message_id"] == outcome["batchItemFailures"][0]["itemIdentifier"]
    assert line["request_id"]


def test_an_uploaded_object_logs_its_owner_and_not_its_file_name(db: Cloud, lines: Lines) -> None:
    key = "uploads/owner-1/model-1/grace%40example.com.pkl"
    stored = {"key": key, "versionId": "1", "size": 3}
    record = {
        "messageId": "message-1",
        "body": json.dumps({"Records": [{"s3": {"object": stored}}]}),
        "attributes": {"ApproximateReceiveCount": "1"},
    }

    invoke("IngestFunction", {"Records": [record]})

    first, *_ = lines.new()
    assert (first["message_id"], first["owner_id"], first["model_id"]) == (
        "message-1",
        "owner-1",
        "model-1",
    )


def test_the_nightly_run_logs_its_invocations_id(db: Cloud, lines: Lines) -> None:
    context = Context("ReconcileFunction")

    app("ReconcileFunction").handler({}, context)

    (line,) = lines.new()
    assert line["request_id"] == context.aws_request_id
