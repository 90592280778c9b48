"""DynamoDB or S3 out of order: every route of models returns 503 and a sentence."""

from itertools import repeat
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError

from inferx.storage import aws
from tests.integration.models.conftest import UPLOAD, Api, Reserve
from tests.support.broken_dynamodb import FAILURES, respond

ROUTES: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "", {}),
    ("GET", "?name=iris", {}),
    ("GET", "/{id}", {}),
    ("PUT", "/{id}", {"json": {"name": "wine"}}),
    ("DELETE", "/{id}", {}),
    ("GET", "/names/iris", {}),
    ("PUT", "/names/iris/aliases/champion", {"json": {"version": 1}}),
    ("DELETE", "/names/iris/aliases/champion", {}),
    ("POST", "/upload", {"json": UPLOAD}),
]


@pytest.mark.parametrize(("method", "path", "what"), ROUTES)
def test_a_store_that_times_out_is_a_503_with_a_sentence(
    reserve: Reserve,
    api: Api,
    monkeypatch: pytest.MonkeyPatch,
    *,
    method: str,
    path: str,
    what: dict[str, Any],
) -> None:
    model = reserve()["model"]
    respond(monkeypatch, repeat(FAILURES["timeout"]))

    response = api(method, path.format(id=model["id"]), **what)

    assert response.status_code == 503, response.text
    assert response.json()["detail"].endswith(".")
    assert "dynamodb" not in response.text.lower()


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_every_kind_of_failed_read_is_a_503(
    reserve: Reserve, api: Api, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    model = reserve()["model"]
    respond(monkeypatch, repeat(failure))

    response = api("GET", f"/{model['id']}")

    assert response.status_code == 503
    assert "arn:" not in response.text


def test_a_form_that_cannot_be_signed_is_a_503(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "require_credentials", _lack_credentials)

    response = api("POST", "/upload", json=UPLOAD)

    assert response.status_code == 503


def test_a_file_that_cannot_be_stored_is_a_503(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws.s3(), "_make_api_call", _time_out)

    response = api(
        "POST",
        "/upload",
        data={"name": "iris", "model_type": "sklearn"},
        files={"file": ("iris.pkl", b"a model file")},
    )

    assert response.status_code == 503


def _time_out(*_: Any) -> None:
    raise FAILURES["timeout"]


def _lack_credentials() -> None:
    raise NoCredentialsError
