"""POST /predict/async/{id}: queued, predicted, shown."""

import json
from typing import Any

import pytest
import requests

from inferx.jobs import answering
from inferx.settings import settings
from inferx.storage import aws
from tests.support import stored_models
from tests.support.gateway import Client
from tests.support.jobs import ROW, Jobs
from tools import onnx_models


def test_a_prediction_made_within_the_wait_is_in_the_response(working: Jobs, iris: str) -> None:
    response = working.submit(iris, headers={})

    assert response.status_code == 200
    content = response.json()
    assert content["prediction"] == "setosa"
    assert set(content["probabilities"]) == {"setosa", "versicolor", "virginica"}
    assert content["model"] == {"id": iris, "name": "iris", "version": 1}
    assert content["job"]["status"] == "succeeded"
    assert content["job"]["kind"] == "async"
    assert content["job"]["model"] == content["model"]


def test_a_later_prediction_says_where_to_find_it(jobs: Jobs, iris: str) -> None:
    response = jobs.submit(iris)

    assert response.status_code == 202
    job = response.json()["job"]
    assert job["status"] == "queued"
    assert response.headers["location"] == f"/api/v1/predict/jobs/{job['id']}"
    assert response.headers["retry-after"] == "1"
    assert "prediction" not in response.json()


def test_a_finished_job_shows_what_predict_responds(
    jobs: Jobs, client: Client, iris: str, auth_headers: dict[str, str]
) -> None:
    job_id = jobs.submitted(iris, [ROW, ROW])
    predicted = client.post(
        f"/api/v1/predict/{iris}", json={"input": [ROW, ROW]}, headers=auth_headers
    ).json()

    jobs.work()

    shown = jobs.show(job_id).json()
    assert {name: shown[name] for name in predicted} == predicted
    assert shown["job"]["started_at"]
    assert shown["job"]["finished_at"]


def test_a_moved_name_changes_no_queued_job(
    jobs: Jobs, iris: str, test_user: dict[str, Any]
) -> None:
    job_id = jobs.submitted("iris")
    _, _, content = onnx_models.iris()
    newer = stored_models.store(test_user["id"], content, version=2)
    stored_models.point(test_user["id"], (newer, 2))

    jobs.work()

    shown = jobs.show(job_id).json()
    assert shown["model"] == shown["job"]["model"] == {"id": iris, "name": "iris", "version": 1}


def test_input_that_does_not_fit_fails_the_job_with_the_sentence(jobs: Jobs, iris: str) -> None:
    job_id = jobs.submitted(iris, [1.0])

    jobs.work()

    job = jobs.show(job_id).json()["job"]
    assert job["status"] == "failed"
    assert job["error"].startswith("Model expects 4 features")


def test_a_model_deleted_in_the_meantime_fails_the_job(jobs: Jobs, iris: str) -> None:
    job_id = jobs.submitted(iris)
    stored_models.delete(iris)

    jobs.work()

    job = jobs.show(job_id).json()["job"]
    assert (job["status"], job["error"]) == ("failed", "There is no such model.")


@pytest.mark.parametrize(
    ("body", "status"),
    [("{", 400), ("[]", 400), ('{"row": 1}', 400), ('{"input": 1, "callback_url": 1}', 422)],
)
def test_a_malformed_body_makes_no_job(
    jobs: Jobs, client: Client, iris: str, body: str, status: int
) -> None:
    headers = jobs.headers | {"Content-Type": "application/json"}

    response = client.post(f"/api/v1/predict/async/{iris}", data=body, headers=headers)

    assert response.status_code == status
    assert jobs.page().json()["meta"]["total"] == 0


def test_a_body_over_the_item_is_kept_in_the_bucket(jobs: Jobs, iris: str) -> None:
    rows = [[5.123456789012345, 3.5, 1.4, 0.2]] * 9_000
    job_id = jobs.submitted(iris, rows)

    jobs.work()

    shown = jobs.show(job_id).json()
    assert shown["job"]["status"] == "succeeded"
    assert len(requests.get(shown["job"]["result_url"], timeout=5).json()["prediction"]) == 9_000


def test_a_result_over_300_kb_is_a_url(jobs: Jobs, iris: str) -> None:
    job_id = jobs.submitted(iris, [ROW] * 5_000)

    jobs.work()

    shown = jobs.show(job_id).json()
    result = requests.get(shown["job"]["result_url"], timeout=5)
    assert "prediction" not in shown
    assert len(result.content) > answering.INLINE_RESULT_BYTES
    assert result.json()["prediction"] == ["setosa"] * 5_000


def test_the_request_is_not_kept_once_it_is_answered(jobs: Jobs, iris: str) -> None:
    job_id = jobs.submitted(iris)

    jobs.work()

    item = (
        aws._session()
        .create_client("dynamodb")
        .get_item(TableName=settings.jobs_table, Key={"pk": {"S": f"job#{job_id}"}})["Item"]
    )
    assert "request" not in item
    assert json.loads(item["result"]["S"])["prediction"] == "setosa"
