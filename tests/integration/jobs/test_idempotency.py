"""``Idempotency-Key``: a repeated request makes no second job."""

from datetime import timedelta
from typing import Any

import pytest

from inferx import clock
from inferx.errors import Unavailable
from inferx.jobs import submission
from inferx.storage.signed import queues
from tests.support.jobs import NOW, ROW, Jobs

KEY = NOW | {"Idempotency-Key": "order 1"}


def test_a_repeat_returns_the_same_job(jobs: Jobs, iris: str) -> None:
    first, again = (jobs.submit(iris, headers=KEY) for _ in range(2))

    assert again.status_code == 202
    assert again.json()["job"]["id"] == first.json()["job"]["id"]
    assert jobs.page().json()["meta"]["total"] == 1


def test_a_repeat_after_the_end_returns_the_prediction(jobs: Jobs, iris: str) -> None:
    jobs.submit(iris, headers=KEY)
    jobs.work()

    again = jobs.submit(iris, headers=KEY)

    assert again.status_code == 200
    assert again.json()["prediction"] == "setosa"


@pytest.mark.parametrize("changes", [{"row": [ROW, ROW]}, {"address": "iris"}])
def test_another_request_under_the_same_key_is_refused(
    jobs: Jobs, iris: str, changes: dict[str, Any]
) -> None:
    jobs.submit(iris, headers=KEY)

    response = jobs.submit(**{"address": iris, "headers": KEY, **changes})

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["header", "idempotency-key"]


@pytest.mark.parametrize("key", ["", "k" * 256, "a\tb"])
def test_a_key_that_is_none_is_refused(jobs: Jobs, iris: str, key: str) -> None:
    response = jobs.submit(iris, headers={"Idempotency-Key": key})

    assert response.status_code == 422


def test_a_repeat_queues_what_was_recorded_but_not_queued(
    jobs: Jobs, iris: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(queues, "send_json", _unavailable)
        assert jobs.submit(iris, headers=KEY).status_code == 503

    job_id = jobs.submit(iris, headers=KEY).json()["job"]["id"]

    jobs.work()
    assert jobs.status(job_id) == "succeeded"
    assert jobs.page().json()["meta"]["total"] == 1


def test_a_key_is_free_again_after_its_job(
    jobs: Jobs, iris: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = jobs.submit(iris, headers=KEY).json()["job"]["id"]
    monkeypatch.setattr(submission, "now", lambda: clock.now() + timedelta(days=8))

    second = jobs.submit(iris, headers=KEY, row=[ROW]).json()["job"]["id"]

    assert second != first


def test_what_could_not_be_queued_fails_at_once_without_a_key(
    jobs: Jobs, iris: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "send_json", _unavailable)

    response = jobs.submit(iris)

    assert response.status_code == 503
    assert [job["status"] for job in jobs.page().json()["data"]] == ["failed"]


def _unavailable(*_: Any, **__: Any) -> None:
    raise Unavailable
