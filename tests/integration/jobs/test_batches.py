"""POST /predict/batch/{id}: a job, and a form for its file."""

from typing import Any

import pytest
import requests

from inferx.settings import settings
from inferx.storage import aws
from tests.support.jobs import Jobs


def submit(jobs: Jobs, address: str, **fields: Any) -> requests.Response:
    return jobs.client.post(
        f"/api/v1/predict/batch/{address}", json={"format": "csv", **fields}, headers=jobs.headers
    )


def test_a_batch_waits_for_its_file(jobs: Jobs, iris: str) -> None:
    response = submit(jobs, "iris", max_failed_fraction=0.5, columns=["id"])

    assert response.status_code == 202
    job = response.json()["job"]
    assert (job["kind"], job["status"]) == ("batch", "queued")
    assert job["model"] == {"id": iris, "name": "iris", "version": 1}
    assert job["progress"] == {
        "rows_done": 0,
        "rows_failed": 0,
        "rows_total": None,
        "parts_done": 0,
        "parts": None,
    }
    assert jobs.show(job["id"]).json()["job"] == job


def test_the_form_uploads_to_the_jobs_own_key(jobs: Jobs, iris: str, test_user: Any) -> None:
    content = submit(jobs, iris).json()

    sent = requests.post(
        content["upload"]["url"],
        data=content["upload"]["fields"],
        files={"file": b"a,b\n1,2\n"},
        timeout=5,
    )

    assert sent.status_code == 204
    key = f"jobs/{test_user['id']}/{content['job']['id']}/input"
    stored = aws.s3().get_object(Bucket=settings.bucket, Key=key)
    assert stored["Body"].read() == b"a,b\n1,2\n"


@pytest.mark.parametrize("fraction", [0, 0.0, 1, 1e-9, 2.2e-311])
def test_every_share_from_0_to_1_is_taken(jobs: Jobs, iris: str, fraction: float) -> None:
    assert submit(jobs, iris, max_failed_fraction=fraction).status_code == 202


@pytest.mark.parametrize(
    "fields",
    [
        {"format": "xlsx"},
        {"compression": "zip"},
        {"columns": [""]},
        {"max_failed_fraction": 1.5},
        {"max_failed_fraction": -0.1},
        {"max_failed_fraction": False},
        {"max_failed_fraction": "0.5"},
        {"format": "parquet", "compression": "gzip"},
    ],
)
def test_what_cannot_be_done_is_refused(jobs: Jobs, iris: str, fields: dict[str, Any]) -> None:
    assert submit(jobs, iris, **fields).status_code == 422
    assert jobs.page().json()["meta"]["total"] == 0
