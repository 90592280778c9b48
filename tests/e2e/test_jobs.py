"""Asynchronous predictions on the deployed stack."""

from typing import Any

import pytest
import requests

from tests.e2e.conftest import Http
from tests.e2e.test_predict import ROW, upload


@pytest.fixture
def iris(user_http: Http) -> dict[str, Any]:
    """Return a ready model of the new user."""
    return upload(user_http, "iris")


def test_a_prediction_is_in_the_response_that_waits_for_it(
    user_http: Http, iris: dict[str, Any]
) -> None:
    response = user_http.post(
        "/api/v1/predict/async/iris", json={"input": ROW}, headers={"Prefer": "wait=20"}
    )

    assert response.status_code == 200, response.text
    content = response.json()
    assert content["prediction"] == "setosa"
    assert content["model"] == {"id": iris["id"], "name": "iris", "version": 1}
    assert content["job"]["status"] == "succeeded"


def test_a_later_prediction_is_found_where_the_response_says(
    user_http: Http, iris: dict[str, Any]
) -> None:
    submitted = user_http.post(
        f"/api/v1/predict/async/{iris['id']}",
        json={"input": [ROW] * 5_000},
        headers={"Prefer": "respond-async", "Idempotency-Key": "1"},
    )
    assert submitted.status_code == 202, submitted.text

    path = "/api/v1/" + submitted.headers["location"].partition("/api/v1/")[2]
    job = user_http.get(path, params={"wait": 20}).json()["job"]

    assert job["id"] == submitted.json()["job"]["id"]
    assert job["status"] == "succeeded"
    result = requests.get(job["result_url"], timeout=30).json()
    assert result["prediction"] == ["setosa"] * 5_000
    listed = user_http.get("/api/v1/predict/jobs", params={"status": "succeeded"}).json()
    assert [each["id"] for each in listed["data"]] == [job["id"]]
