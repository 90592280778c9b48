"""The prediction errors that the OpenAPI document shows are the handlers', word for word."""

from typing import Any

import pytest

from tests.integration.docs.conftest import Api
from tests.support import stored_models
from tests.support.openapi import error_example

UNKNOWN = "01939d5e-5b2c-7c40-9c07-b0a6f5a1c0ff"
NAMED = {"sepal length": 5.1, "sepal width": 3.5, "petal length": 1.4, "petal width": 0.2}
ROW = list(NAMED.values())


def tensor(name: str = "X", rows: int = 1, columns: int = 4) -> dict[str, Any]:
    """Return a request with one tensor."""
    given = {"name": name, "datatype": "FP32", "shape": [rows, columns]}
    return {"inputs": [given | {"data": [1.0] * rows * columns}]}


@pytest.mark.parametrize(
    ("address", "given", "status", "example"),
    [
        ("iris", {"sepal length": 5.1}, 400, "missing_feature"),
        ("iris", ROW[:3], 400, "wrong_count"),
        ("iris", NAMED | {"petal width": "wide"}, 400, "not_a_number"),
        ("{theirs}", ROW, 403, "other_users_model"),
        (UNKNOWN, ROW, 404, "unknown_id"),
        ("iris:7", ROW, 404, "unknown_version"),
        ("iris@champion", ROW, 404, "unknown_alias"),
        ("iris", [ROW] * 10_001, 413, "example"),
    ],
)
def test_a_refused_prediction_gets_the_error_that_is_shown(
    api: Api, address: str, given: Any, status: int, example: str
) -> None:
    response = api.send("predict", at={"id": address}, json={"input": given})

    assert response.status_code == status
    assert response.json() == error_example("predict", status, example)


def test_a_prediction_without_the_scope_gets_the_error_that_is_shown(api: Api) -> None:
    response = api.send("predict", at={"id": "iris"}, json={"input": ROW}, scopes=("models:read",))

    assert response.json() == error_example("predict", 403, "scope_missing")


def test_a_prediction_that_is_not_json_gets_the_error_that_is_shown(api: Api) -> None:
    response = api.send("predict", at={"id": "iris"}, data="{")

    assert response.json() == error_example("predict", 400, "invalid_json")


def test_a_prediction_by_an_unknown_name_gets_the_error_that_is_shown(api: Api) -> None:
    api.send("change_model", at={"id": "{model}"}, json={"name": "flowers"})

    response = api.send("predict", at={"id": "iris"}, json={"input": ROW})

    assert response.json() == error_example("predict", 404, "unknown_name")


def test_a_prediction_before_the_conversion_gets_the_error_that_is_shown(api: Api) -> None:
    response = api.send("predict", at={"id": api.reserve()}, json={"input": ROW})

    assert response.json() == error_example("predict", 409, "example")


@pytest.mark.parametrize("operation_id", ["predict", "infer_with_version"])
def test_a_lost_file_gets_the_error_that_is_shown(api: Api, operation_id: str) -> None:
    lost = stored_models.store(api.user["id"], None, version=3)
    at = {"id": lost, "name": "iris", "version": "3"}

    response = api.send(operation_id, at=at, json={"input": ROW} | tensor())

    shown = error_example(operation_id, 500, "missing_file")
    assert response.json() == shown | {"request_id": response.headers["x-request-id"]}


@pytest.mark.parametrize(
    ("operation_id", "body", "status", "example"),
    [
        ("infer", tensor(columns=3), 400, "wrong_shape"),
        ("infer", tensor("Y"), 400, "missing_input"),
        ("infer", tensor(rows=10_001), 413, "example"),
        ("infer_with_version", tensor(), 404, "unknown_version"),
    ],
)
def test_a_refused_inference_gets_the_error_that_is_shown(
    api: Api, operation_id: str, body: dict[str, Any], status: int, example: str
) -> None:
    response = api.send(operation_id, at={"name": "iris", "version": "7"}, json=body)

    assert response.status_code == status
    assert response.json() == error_example(operation_id, status, example)


def test_an_inference_without_the_scope_gets_the_error_that_is_shown(api: Api) -> None:
    response = api.send("infer", at={"name": "iris"}, json=tensor(), scopes=("models:read",))

    assert response.json() == error_example("infer", 403, "example")


def test_an_inference_with_a_bad_credential_gets_the_error_that_is_shown(api: Api) -> None:
    headers = {"Authorization": "Bearer no"}

    response = api.send("infer", at={"name": "iris"}, json=tensor(), headers=headers)

    assert response.json() == error_example("infer", 401, "invalid_credential")


def test_an_inference_that_is_not_json_gets_the_error_that_is_shown(api: Api) -> None:
    response = api.send("infer", at={"name": "iris"}, data="{")

    assert response.json() == error_example("infer", 400, "invalid_json")


def test_an_inference_by_an_unknown_name_gets_the_error_that_is_shown(api: Api) -> None:
    api.send("change_model", at={"id": "{model}"}, json={"name": "flowers"})

    response = api.send("infer", at={"name": "iris"}, json=tensor())

    assert response.json() == error_example("infer", 404, "unknown_name")


def test_an_inference_before_the_conversion_gets_the_error_that_is_shown(api: Api) -> None:
    api.reserve()

    response = api.send("check_version_ready", at={"name": "iris", "version": "2"})

    assert response.json() == error_example("check_version_ready", 409, "example")
