"""The requests that the OpenAPI document shows, sent to the handlers."""

import json
from typing import Any

import pytest

from tests.integration.docs.conftest import Api
from tests.support import stored_models
from tests.support.gateway import Client
from tests.support.openapi import examples, operation, undocumented
from tests.support.pictures import image_signature
from tools import onnx_models

EXAMPLE_ID = "01939d5e-5b2c-7c40-9c07-b0a6f5a1c001"


def shown(operation_id: str) -> dict[str, Any]:
    """Return the examples of an operation's JSON body by their names."""
    return examples(operation(operation_id).request_media()["application/json"])


def test_a_reader_can_register_and_log_in_as_the_document_shows(client: Client) -> None:
    (account,) = shown("register").values()
    (credentials,) = shown("log_in").values()

    registered = client.post(operation("register").path, json=account)
    logged_in = client.post(operation("log_in").path, json=credentials)

    assert (registered.status_code, logged_in.status_code) == (201, 200)
    assert undocumented(registered, operation("register")) == []
    assert undocumented(logged_in, operation("log_in")) == []


@pytest.mark.parametrize("name", sorted(shown("predict").keys() - {"image"}))
def test_each_prediction_of_the_document_is_made(api: Api, name: str) -> None:
    body = shown("predict")[name]

    response = api.send("predict", at={"id": "iris"}, json=body)

    assert response.status_code == 200
    wanted = ["setosa", "virginica"] if name == "batch" else "setosa"
    assert response.json()["prediction"] == wanted


def test_the_image_of_the_document_is_predicted(api: Api) -> None:
    about = image_signature((None, 8, 8, 1), height=8, width=8)
    model = stored_models.store(api.user["id"], onnx_models.echo(about), name="digits")

    response = api.send("predict", at={"id": model}, json=shown("predict")["image"])

    assert response.status_code == 200, response.text
    assert response.json()["prediction"][0][:3] == [[0], [16], [32]]


@pytest.mark.parametrize("operation_id", ["infer", "infer_with_version"])
def test_each_inference_of_the_document_is_made(api: Api, operation_id: str) -> None:
    (body,) = shown(operation_id).values()

    response = api.send(operation_id, at={"name": "iris", "version": "1"}, json=body)

    assert response.json()["id"] == body["id"]
    assert response.json()["outputs"][0]["data"] == ["setosa"]


@pytest.mark.parametrize(
    ("operation_id", "at", "status"),
    [
        ("create_api_key", {}, 201),
        ("upload_model", {}, 201),
        ("change_model", {"id": "{model}"}, 200),
        ("set_alias", {"name": "iris", "alias": "champion"}, 200),
    ],
)
def test_each_change_of_the_document_is_made(
    api: Api, operation_id: str, at: dict[str, str], status: int
) -> None:
    responses = [api.send(operation_id, at=at, json=body) for body in shown(operation_id).values()]

    assert {response.status_code for response in responses} == {status}


@pytest.mark.parametrize(
    ("operation_id", "at"),
    [
        ("show_account", {}),
        ("list_api_keys", {}),
        ("list_models", {}),
        ("show_model", {"id": "{model}"}),
        ("show_name", {"name": "iris"}),
        ("show_model_metadata", {"name": "iris"}),
        ("check_model_ready", {"name": "iris"}),
        ("show_version_metadata", {"name": "iris", "version": "1"}),
        ("check_version_ready", {"name": "iris", "version": "1"}),
        ("show_server", {}),
        ("check_server_live", {}),
        ("check_server_ready", {}),
        ("check_health", {}),
        ("download_openapi", {}),
        ("delete_model", {"id": "{model}"}),
    ],
)
def test_each_other_operation_responds_as_described(
    api: Api, operation_id: str, at: dict[str, str]
) -> None:
    response = api.send(operation_id, at=at)

    assert response.status_code == 200


def test_programs_are_shown_as_the_document_shows_them(api: Api) -> None:
    media = operation("show_snippets").responses()["200"]["content"]["application/json"]
    (body,) = examples(media).values()
    example = {"example": {"input": [5.1, 3.5, 1.4, 0.2]}}
    model = stored_models.store(api.user["id"], None, version=2, manifest=example)

    response = api.send("show_snippets", at={"id": model})

    assert response.status_code == 200
    shown = json.dumps(body).replace("https://inferx.example.com", "https://api.test")
    assert response.json() == json.loads(shown.replace(EXAMPLE_ID, model))


def test_a_session_is_refreshed_and_ended_as_described(api: Api) -> None:
    account = {"email": api.user["email"], "password": api.user["password"]}
    tokens = api.send("log_in", json=account).json()

    refreshed = api.send("refresh_tokens", json={"refresh_token": tokens["refresh_token"]})
    ended = api.send("log_out", json={"refresh_token": refreshed.json()["refresh_token"]})

    assert (refreshed.status_code, ended.status_code) == (200, 200)


def test_an_alias_is_removed_as_described(api: Api) -> None:
    api.alias()

    response = api.send("remove_alias", at={"name": "iris", "alias": "champion"})

    assert response.json()["data"]["name"]["aliases"] == {}
