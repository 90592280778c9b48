"""What an upload may be, and how it is refused."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from inferx.plans import Plan
from tests.integration.models.conftest import FILE, UPLOAD, Reserve
from tests.support.fake_converter import FakeConverter
from tests.support.gateway import Client

ROUTE = "/api/v1/models/upload"
FIELDS = {"name": "iris", "model_type": "sklearn"}


@pytest.fixture
def converting_while_waiting(
    monkeypatch: pytest.MonkeyPatch, deliver: Callable[[], list[Any]]
) -> None:
    """Events arrive while the upload function waits."""
    monkeypatch.setattr("inferx.registry.records.time.sleep", lambda _: deliver())


@pytest.mark.parametrize("name", ["", "n" * 101, "model!@#$", "   ", "line\nbreak", "name\n"])
def test_an_invalid_name_is_refused(
    client: Client, auth_headers: dict[str, str], name: str
) -> None:
    response = client.post(ROUTE, json=UPLOAD | {"name": name}, headers=auth_headers)

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", "name"]


@pytest.mark.parametrize("name", ["a", "n" * 100, "My model-2_v1.0", " iris "])
def test_a_valid_name_is_accepted(reserve: Reserve, name: str) -> None:
    assert reserve(name=name)["model"]["name"] == name


@pytest.mark.parametrize("model_type", ["invalid_type", "", "SKLEARN"])
def test_an_unknown_type_is_refused(
    client: Client, auth_headers: dict[str, str], model_type: str
) -> None:
    response = client.post(ROUTE, json=UPLOAD | {"model_type": model_type}, headers=auth_headers)

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", "model_type"]


@pytest.mark.parametrize(
    "file_name", ["model.csv", "model", "a/b.pkl", "..\\b.pkl", "${filename}.pkl", "\n.pkl"]
)
def test_an_invalid_file_name_is_refused(
    client: Client, auth_headers: dict[str, str], file_name: str
) -> None:
    response = client.post(ROUTE, json=UPLOAD | {"file_name": file_name}, headers=auth_headers)

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", "file_name"]


def test_a_file_name_of_another_types_ending_is_accepted(reserve: Reserve) -> None:
    data = reserve(model_type="tensorflow", file_name="iris.pkl")

    assert data["model"]["model_type"] == "tensorflow"


@pytest.mark.parametrize(
    "wrong", [{"file_size": 0}, {"file_size": -1}, {"sha256": "abc"}, {"description": "d" * 1001}]
)
def test_an_invalid_field_is_refused(
    client: Client, auth_headers: dict[str, str], wrong: dict[str, Any]
) -> None:
    response = client.post(ROUTE, json=UPLOAD | wrong, headers=auth_headers)

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", next(iter(wrong))]


def test_a_body_that_is_not_json_is_malformed(client: Client, auth_headers: dict[str, str]) -> None:
    headers = auth_headers | {"content-type": "application/json"}

    response = client.post(ROUTE, data="{", headers=headers)

    assert response.status_code == 400
    assert response.json() == {"detail": "The request body is not valid JSON."}


def test_another_media_type_is_not_read(client: Client, auth_headers: dict[str, str]) -> None:
    headers = auth_headers | {"content-type": "text/csv"}

    assert client.post(ROUTE, data="a,b", headers=headers).status_code == 415


def test_a_file_over_the_plans_size_is_too_large(
    client: Client, auth_headers: dict[str, str], small_plan: Plan
) -> None:
    response = client.post(ROUTE, json=UPLOAD | {"file_size": 61}, headers=auth_headers)

    assert response.status_code == 413
    assert "61 bytes" in response.json()["detail"]
    assert "60 bytes" in response.json()["detail"]


def test_a_reservation_over_the_quota_is_too_large_with_the_numbers(
    client: Client, auth_headers: dict[str, str], reserve: Reserve, small_plan: Plan
) -> None:
    reserve(file_size=60)

    response = client.post(ROUTE, json=UPLOAD | {"file_size": 60}, headers=auth_headers)

    assert response.status_code == 413
    assert "100 bytes, of which 40 are free" in response.json()["detail"]


def test_a_model_too_many_is_a_conflict(
    client: Client, auth_headers: dict[str, str], reserve: Reserve, small_plan: Plan
) -> None:
    for _ in range(3):
        reserve()

    response = client.post(ROUTE, json=UPLOAD, headers=auth_headers)

    assert response.status_code == 409
    assert "3 model versions" in response.json()["detail"]


def test_two_users_names_do_not_touch(reserve: Reserve, other_headers: dict[str, str]) -> None:
    reserve()

    assert reserve(other_headers)["model"]["version"] == 1


def test_the_form_binds_key_size_checksum_and_time(reserve: Reserve) -> None:
    sha256 = hashlib.sha256(FILE).hexdigest()

    form = reserve(file_size=len(FILE), sha256=sha256.upper())["upload"]

    policy = base64.b64decode(form["fields"]["policy"]).decode()
    assert f'["content-length-range", {len(FILE)}, {len(FILE)}]' in policy
    assert base64.b64encode(bytes.fromhex(sha256)).decode() in policy
    assert form["fields"]["key"] in policy
    assert form["fields"]["x-amz-algorithm"] == "AWS4-HMAC-SHA256"


def test_the_form_goes_to_the_buckets_region(reserve: Reserve) -> None:
    assert ".s3.us-east-1.amazonaws.com" in reserve()["upload"]["url"]


@pytest.mark.usefixtures("converting_while_waiting")
def test_a_small_file_is_ready_in_the_response(
    client: Client, auth_headers: dict[str, str]
) -> None:
    response = client.post(
        ROUTE, data=FIELDS, files={"file": ("iris.pkl", FILE)}, headers=auth_headers
    )

    assert response.status_code == 201, response.text
    model = response.json()["data"]["model"]
    assert (model["status"], model["file_name"]) == ("ready", "iris.pkl")
    assert model["sha256"] == hashlib.sha256(FILE).hexdigest()


@pytest.mark.usefixtures("converting_while_waiting")
def test_a_small_file_that_is_no_model_is_refused(
    client: Client, auth_headers: dict[str, str], sandbox: FakeConverter
) -> None:
    sandbox.refuse("The file is no pickle.")

    response = client.post(
        ROUTE, data=FIELDS, files={"file": ("iris.pkl", FILE)}, headers=auth_headers
    )

    assert (response.status_code, response.json()) == (422, {"detail": "The file is no pickle."})


def test_a_small_file_that_takes_long_is_still_converting(
    client: Client, auth_headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inferx.registry.uploads.wait_until_settled", lambda model, _: model)

    response = client.post(
        ROUTE, data=FIELDS, files={"file": ("iris.pkl", FILE)}, headers=auth_headers
    )

    assert response.status_code == 201
    assert response.json()["data"]["model"]["status"] == "converting"


def test_a_form_without_a_file_is_refused(client: Client, auth_headers: dict[str, str]) -> None:
    response = client.post(
        ROUTE, data=FIELDS, files={"other": ("iris.pkl", FILE)}, headers=auth_headers
    )

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", "file"]


def test_an_empty_file_is_refused(client: Client, auth_headers: dict[str, str]) -> None:
    response = client.post(
        ROUTE, data=FIELDS, files={"file": ("iris.pkl", b"")}, headers=auth_headers
    )

    assert response.status_code == 422


def test_a_form_without_a_name_is_refused(client: Client, auth_headers: dict[str, str]) -> None:
    response = client.post(
        ROUTE,
        data={"model_type": "sklearn"},
        files={"file": ("iris.pkl", FILE)},
        headers=auth_headers,
    )

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", "name"]


def test_a_broken_form_is_malformed(client: Client, auth_headers: dict[str, str]) -> None:
    headers = auth_headers | {"content-type": "multipart/form-data; boundary=x"}

    assert client.post(ROUTE, data=b"--y\r\nnonsense", headers=headers).status_code == 400


def test_a_form_without_a_boundary_is_malformed(
    client: Client, auth_headers: dict[str, str]
) -> None:
    headers = auth_headers | {"content-type": "multipart/form-data"}

    assert client.post(ROUTE, data=b"--y\r\nnonsense", headers=headers).status_code == 400


def test_a_file_over_4_mb_is_refused_naming_the_other_way(
    client: Client, auth_headers: dict[str, str]
) -> None:
    content = bytes(4 * 1024**2 + 1)

    response = client.post(
        ROUTE, data=FIELDS, files={"file": ("iris.pkl", content)}, headers=auth_headers
    )

    assert response.status_code == 413
    assert "JSON" in response.json()["detail"]


@pytest.mark.parametrize("fact", [{"file_size": "3"}, {"sha256": "0" * 64}])
def test_a_small_file_that_is_not_as_declared_is_refused(
    client: Client, auth_headers: dict[str, str], fact: dict[str, str]
) -> None:
    response = client.post(
        ROUTE, data=FIELDS | fact, files={"file": ("iris.pkl", FILE)}, headers=auth_headers
    )

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", next(iter(fact))]
