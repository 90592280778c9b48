"""Uploads through the deployed stack: forms, their limits, and many at once."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.e2e.conftest import TIMEOUT_S, Http
from tests.support import crowd

UPLOAD = "/api/v1/models/upload"
FILE = b"not a model, but a file"
AT_ONCE = 50


def reserve(http: Http, **fields: Any) -> dict[str, Any]:
    """Reserve a version and return the ``data`` of the response."""
    usual = {"name": "iris", "model_type": "sklearn", "file_name": "iris.pkl"}
    response = http.post(UPLOAD, json=usual | fields)
    assert response.status_code == 201, response.text
    data: dict[str, Any] = response.json()["data"]
    return data


def send(form: dict[str, Any], content: bytes = FILE, **changed: str) -> requests.Response:
    """Send a file by an upload form, some of its fields changed."""
    return requests.post(
        form["url"],
        data=form["fields"] | changed,
        files={"file": ("file", content)},
        timeout=TIMEOUT_S,
    )


def show(http: Http, model_id: str, wait: int = 0) -> dict[str, Any]:
    """Return the model as it is now."""
    response = http.get(f"/api/v1/models/{model_id}?wait={wait}")
    model: dict[str, Any] = response.json()["data"]["model"]
    return model


@pytest.mark.slow
def test_fifty_uploads_of_one_name_at_once_get_the_versions_1_to_50(user_http: Http) -> None:
    # The gateway then has the token in its cache, and does not start fifty authorizers as well.
    assert user_http.get("/api/v1/models").status_code == 200

    def upload(_: int) -> Any:
        return requests.post(
            user_http.base_url + UPLOAD,
            json={"name": "crowd", "model_type": "sklearn", "file_name": "m.pkl"},
            headers=dict(user_http.headers),
            timeout=crowd.TIMEOUT_S,
        )

    callers = crowd.Crowd(AT_ONCE)
    responses = callers.send(upload, range(AT_ONCE))

    assert {response.status_code for response in responses} == {201}
    versions = {response.json()["data"]["model"]["version"] for response in responses}
    assert len(versions) == AT_ONCE
    listed = user_http.get("/api/v1/models?name=crowd&per_page=100").json()
    numbers = [model["version"] for model in listed["data"]]
    assert versions <= set(numbers)
    # A repeated request may have taken a number whose response was lost; none is missing.
    assert numbers == list(range(listed["meta"]["total"], 0, -1))
    assert AT_ONCE <= len(numbers) <= AT_ONCE + len(callers.repeated)


@pytest.mark.parametrize("content", [FILE + b"!", FILE[:-1]])
def test_a_file_of_a_wrong_size_is_refused_and_changes_nothing(
    user_http: Http, content: bytes
) -> None:
    data = reserve(user_http, file_size=len(FILE))

    assert send(data["upload"], content).status_code >= 400
    assert show(user_http, data["model"]["id"]) == data["model"]


def test_a_file_of_a_wrong_checksum_changes_nothing(user_http: Http) -> None:
    data = reserve(user_http, sha256=hashlib.sha256(FILE).hexdigest())

    send(data["upload"], b"another file")

    assert show(user_http, data["model"]["id"], wait=2) == data["model"]


def test_the_key_of_another_model_is_refused(user_http: Http) -> None:
    first, second = reserve(user_http), reserve(user_http)

    refused = send(first["upload"], key=second["upload"]["fields"]["key"])

    assert refused.status_code == 403
    assert show(user_http, second["model"]["id"]) == second["model"]


def test_an_altered_policy_is_refused(user_http: Http) -> None:
    data = reserve(user_http, file_size=5)
    policy = json.loads(base64.b64decode(data["upload"]["fields"]["policy"]))
    policy["expiration"] = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    policy["conditions"] = [each for each in policy["conditions"] if isinstance(each, dict)]
    forged = base64.b64encode(json.dumps(policy).encode()).decode()

    refused = send(data["upload"], policy=forged)

    assert refused.status_code == 403
    assert show(user_http, data["model"]["id"]) == data["model"]


def test_a_second_file_over_a_used_form_changes_nothing(user_http: Http) -> None:
    data = reserve(user_http)
    send(data["upload"])
    first = show(user_http, data["model"]["id"], wait=20)

    send(data["upload"], b"another file")

    assert first["status"] == "failed"
    assert show(user_http, data["model"]["id"], wait=2) == first


def test_the_form_goes_to_no_place_but_its_own(user_http: Http) -> None:
    fields = reserve(user_http)["upload"]["fields"]

    policy = json.loads(base64.b64decode(fields["policy"]))

    assert {"key": fields["key"]} in policy["conditions"]
    lifetime = datetime.fromisoformat(policy["expiration"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < lifetime <= timedelta(minutes=15)
