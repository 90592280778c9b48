"""The model errors that the OpenAPI document shows are the handlers', word for word."""

import re
from dataclasses import replace
from typing import Any

import pytest

from inferx.plans import PLANS
from tests.integration.docs.conftest import Api
from tests.support.openapi import error_example

UNKNOWN = {"id": "01939d5e-5b2c-7c40-9c07-b0a6f5a1c0ff"}
OWN, THEIRS = {"id": "{model}"}, {"id": "{theirs}"}
CHAMPION = {"name": "iris", "alias": "champion"}
UPLOAD = {"name": "iris", "model_type": "sklearn", "file_name": "iris.pkl"}


@pytest.mark.parametrize(
    ("operation_id", "status", "example", "request_options"),
    [
        ("upload_model", 403, "scope_missing", {"json": UPLOAD, "scopes": ["models:read"]}),
        ("upload_model", 413, "file_size", {"json": UPLOAD | {"file_size": 200_000_000}}),
        ("upload_model", 415, "example", {"data": UPLOAD}),
        ("upload_model", 422, "invalid_fields", {"json": UPLOAD | {"model_type": "sk"}}),
        ("list_models", 403, "scope_missing", {"scopes": ["predict"]}),
        ("list_models", 422, "example", {"params": {"page": 0}}),
        ("show_model", 403, "other_users_model", {"at": THEIRS}),
        ("show_model", 403, "scope_missing", {"at": OWN, "scopes": ["predict"]}),
        ("show_model", 404, "example", {"at": UNKNOWN}),
        ("show_model", 422, "example", {"at": OWN, "params": {"wait": 26}}),
        ("show_snippets", 403, "other_users_model", {"at": THEIRS}),
        ("show_snippets", 403, "scope_missing", {"at": OWN, "scopes": ["predict"]}),
        ("show_snippets", 404, "example", {"at": UNKNOWN}),
        ("show_snippets", 409, "no_example", {"at": OWN}),
        ("change_model", 403, "other_users_model", {"at": THEIRS, "json": {"name": "a"}}),
        ("change_model", 404, "example", {"at": UNKNOWN, "json": {"name": "a"}}),
        ("change_model", 415, "example", {"at": OWN, "data": {"name": "a"}}),
        ("change_model", 422, "example", {"at": OWN, "json": {"name": "iris!"}}),
        ("delete_model", 403, "scope_missing", {"at": OWN, "scopes": ["models:read"]}),
        ("delete_model", 404, "example", {"at": UNKNOWN}),
        ("set_alias", 404, "unknown_version", {"at": CHAMPION, "json": {"version": 7}}),
        (
            "set_alias",
            422,
            "alias",
            {"at": CHAMPION | {"alias": "a b"}, "json": {"version": 1}},
        ),
        ("set_alias", 422, "version", {"at": CHAMPION, "json": {}}),
        ("remove_alias", 404, "unknown_alias", {"at": CHAMPION}),
    ],
)
def test_a_refused_request_gets_the_error_that_is_shown(
    api: Api, operation_id: str, status: int, example: str, request_options: dict[str, Any]
) -> None:
    response = api.send(operation_id, **request_options)

    assert response.status_code == status
    assert response.json() == error_example(operation_id, status, example)


def test_snippets_before_the_conversion_get_the_error_that_is_shown(api: Api) -> None:
    response = api.send("show_snippets", at={"id": api.reserve()})

    assert response.json() == error_example("show_snippets", 409, "not_ready")


@pytest.mark.parametrize(
    ("content_type", "example"),
    [
        ("application/json", "invalid_json"),
        ("multipart/form-data; boundary=x", "invalid_form"),
    ],
)
def test_an_upload_that_cannot_be_read_gets_the_error_that_is_shown(
    api: Api, content_type: str, example: str
) -> None:
    headers = api.headers | {"Content-Type": content_type}

    response = api.send("upload_model", headers=headers, data="{")

    assert response.json() == error_example("upload_model", 400, example)


def test_an_upload_to_a_full_plan_gets_the_error_that_is_shown(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PLANS, "free", replace(PLANS["free"], models=1))
    api.reserve()

    response = api.send("upload_model", json=UPLOAD)

    shown = error_example("upload_model", 409, "example")
    assert response.json()["detail"] == re.sub(r"1,000", "1", shown["detail"])


def test_an_unknown_name_gets_the_error_that_is_shown(api: Api) -> None:
    api.send("change_model", at=OWN, json={"name": "flowers"})

    response = api.send("show_name", at={"name": "iris"})

    assert response.json() == error_example("show_name", 404, "unknown_name")


def test_an_alias_for_a_reserved_version_gets_the_error_that_is_shown(api: Api) -> None:
    api.reserve()

    response = api.send("set_alias", at=CHAMPION, json={"version": 2})

    assert response.json() == error_example("set_alias", 409, "example")


def test_deleting_the_champion_gets_the_error_that_is_shown(api: Api) -> None:
    api.alias()

    response = api.send("delete_model", at=OWN)

    assert response.json() == error_example("delete_model", 409, "deleting")


def test_renaming_the_champion_gets_the_error_that_is_shown(api: Api) -> None:
    api.alias()

    response = api.send("change_model", at=OWN, json={"name": "flowers"})

    assert response.json() == error_example("change_model", 409, "renaming")
