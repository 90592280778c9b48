"""The responses of ``POST /api/v1/predict/{id}``."""

import json

import pytest

from tests.support import stored_models
from tests.support.prediction import Server
from tools import onnx_models

ROW = [5.1, 3.5, 1.4, 0.2]
NAMED = dict(zip(onnx_models.IRIS, ROW, strict=True))


@pytest.fixture
def iris(server: Server) -> str:
    """Return a ready model's id."""
    _, _, content = onnx_models.iris()
    return stored_models.store(server.owner, content)


def test_one_row_by_names_is_predicted_as_a_scalar(server: Server, iris: str) -> None:
    response = server.predict(iris, NAMED)

    assert response.status == 200
    assert response.json()["prediction"] == "setosa"
    assert response.json()["model"] == {"id": iris, "name": "iris", "version": 1}


def test_names_match_in_any_order(server: Server, iris: str) -> None:
    turned = dict(reversed(NAMED.items()))

    responses = [server.predict(iris, given).json() for given in (NAMED, turned)]

    assert responses[0] == responses[1]


def test_one_row_by_position_is_predicted_as_a_scalar(server: Server, iris: str) -> None:
    assert server.predict(iris, ROW).json()["prediction"] == "setosa"


@pytest.mark.parametrize("batch", [[ROW, ROW], [NAMED, NAMED]])
def test_a_batch_is_predicted_as_a_list(server: Server, iris: str, batch: list[object]) -> None:
    response = server.predict(iris, batch).json()

    assert response["prediction"] == ["setosa", "setosa"]
    assert [set(row) for row in response["probabilities"]] == [
        {"setosa", "versicolor", "virginica"}
    ] * 2


def test_a_batch_of_one_is_a_list_too(server: Server, iris: str) -> None:
    assert server.predict(iris, [ROW]).json()["prediction"] == ["setosa"]


def test_predictions_are_the_estimators_own(server: Server, iris: str) -> None:
    estimator, rows, _ = onnx_models.iris()

    response = server.predict(iris, rows.tolist()).json()

    assert response["prediction"] == estimator.predict(rows).tolist()
    expected = estimator.predict_proba(rows)
    for row, probabilities in zip(response["probabilities"], expected, strict=True):
        assert list(row.values()) == pytest.approx(probabilities, abs=1e-6)


def test_a_missing_feature_is_named(server: Server, iris: str) -> None:
    response = server.predict(iris, {"sepal length": 5.1})

    assert response.status == 400
    assert response.json()["detail"] == (
        "Model expects 4 features (sepal length, sepal width, petal length, petal width), got 1; "
        "missing: sepal width, petal length, petal width"
    )


def test_a_value_that_is_no_number_is_named_with_its_row(server: Server, iris: str) -> None:
    response = server.predict(iris, [NAMED, NAMED | {"petal width": "wide"}])

    assert response.status == 400
    assert response.json()["detail"] == (
        "Row 2 (input[1]): Feature petal width must be a number, not a string"
    )


@pytest.mark.parametrize("address", ["0190-not-an-id", "018f3f44-0000-7000-8000-000000000000"])
def test_an_unknown_model_is_not_found(server: Server, address: str) -> None:
    assert server.predict(address, ROW).status == 404


def test_another_users_model_is_forbidden(server: Server, iris: str) -> None:
    response = server.predict(iris, ROW, user="owner-2")

    assert response.status == 403
    assert "permission" in response.json()["detail"]


@pytest.mark.parametrize("status", ["pending_upload", "converting", "failed"])
def test_a_model_that_is_not_ready_is_a_conflict_with_its_status(
    server: Server, status: str
) -> None:
    model_id = stored_models.store(server.owner, None, status=status, artifact_sha256=None)

    response = server.predict(model_id, ROW)

    assert response.status == 409
    assert status in response.json()["detail"]


def test_a_missing_object_is_reported_as_missing(server: Server) -> None:
    model_id = stored_models.store(server.owner, None)

    response = server.predict(model_id, ROW)

    assert response.status == 500
    assert response.json()["detail"] == "Model file not found in storage"
    assert response.json()["request_id"] == response.headers["x-request-id"]


def test_an_object_that_was_changed_is_not_served(server: Server) -> None:
    _, _, content = onnx_models.iris()
    model_id = stored_models.store(server.owner, content, artifact_sha256="0" * 64)

    assert server.predict(model_id, ROW).status == 500


def test_a_key_without_the_scope_is_forbidden(server: Server, iris: str) -> None:
    response = server.predict(iris, ROW, scopes="models:read")

    assert response.status == 403
    assert "predict" in response.json()["detail"]


def test_without_a_principal_it_is_unauthorized(server: Server, iris: str) -> None:
    assert server.predict(iris, ROW, user=None).status == 401


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"inputs": [1]}', "[" * 10_000, "\ud83d"])
def test_a_malformed_body_is_a_bad_request(server: Server, iris: str, body: str) -> None:
    raw = body.encode("utf-8", "surrogatepass")

    assert server.call("POST /api/v1/predict/{id}", {"id": iris}, raw).status == 400


def test_too_many_rows_are_too_large(server: Server, iris: str) -> None:
    response = server.predict(iris, [ROW] * 10_001)

    assert response.status == 413
    assert "10,000" in response.json()["detail"]


def test_too_many_bytes_are_too_large(server: Server, iris: str) -> None:
    body = json.dumps({"input": ROW, "padding": "x" * 6_000_000})

    assert server.call("POST /api/v1/predict/{id}", {"id": iris}, body).status == 413
