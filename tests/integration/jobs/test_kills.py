"""A worker that dies before, between or after any of its calls to AWS loses and doubles nothing."""

from typing import Any

import pytest

from inferx.errors import Unavailable
from inferx.jobs import answering
from inferx.serving.loading import Models
from inferx.storage.signed import queues
from tests.support.jobs import ROW, Jobs
from tests.support.kills import Calls, Killed, Moment, counted

CALLS = ["GetItem", "UpdateItem", "UpdateItem"]


def test_a_prediction_takes_these_calls(jobs: Jobs, iris: str) -> None:
    jobs.submitted(iris)
    calls = Calls()

    with counted(calls):
        jobs.work()

    assert calls.made == CALLS


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("fatal", range(len(CALLS)))
def test_a_prediction_whose_worker_dies_is_made_all_the_same(
    jobs: Jobs, iris: str, fatal: int, moment: Moment
) -> None:
    job_id = jobs.submitted(iris)
    with counted(Calls(fatal, moment)), pytest.raises(Killed):
        jobs.work()

    jobs.work(receives=2)

    shown = jobs.show(job_id).json()
    assert shown["job"]["status"] == "succeeded"
    assert shown["prediction"] == "setosa"
    assert jobs.page(status="running").json()["meta"]["total"] == 0
    assert jobs.work() == []


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("call", ["PutObject", "UpdateItem"])
def test_a_large_result_whose_worker_dies_is_written_all_the_same(
    jobs: Jobs, iris: str, call: str, moment: Moment
) -> None:
    job_id = jobs.submitted(iris, [ROW] * 5_000)
    calls = Calls()
    fatal = {"PutObject": 2, "UpdateItem": 3}[call]
    calls.fatal, calls.moment = fatal, moment

    with counted(calls), pytest.raises(Killed):
        jobs.work()
    jobs.work(receives=2)

    assert calls.made[fatal] == call
    assert jobs.status(job_id) == "succeeded"


def test_a_message_delivered_twice_changes_nothing(jobs: Jobs, iris: str) -> None:
    job_id = jobs.submitted(iris)
    jobs.cloud.repeat("JobsQueue")

    jobs.work()
    shown = jobs.show(job_id).json()
    jobs.work()

    assert jobs.show(job_id).json() == shown
    assert jobs.page().json()["meta"]["total"] == 1


def test_a_job_that_kills_every_worker_fails_and_its_message_is_set_aside(
    jobs: Jobs, iris: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = jobs.submitted(iris)
    with monkeypatch.context() as deadly:
        deadly.setattr(answering, "predict", _die)
        for receives in (1, 2, 3):
            with pytest.raises(Killed):
                jobs.work(receives=receives)

        responses = jobs.work(receives=4)

    assert len(responses[0]["batchItemFailures"]) == 1, "SQS moves it to the dead-letter queue"
    job = jobs.show(job_id).json()["job"]
    assert job["status"] == "failed"
    assert job["error"].startswith("The prediction did not finish in several attempts")


def test_a_fault_of_aws_leaves_the_job_to_the_next_receive(
    jobs: Jobs, iris: str, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = jobs.submitted(iris)
    with monkeypatch.context() as broken:
        broken.setattr(models, "load", _unavailable)
        assert len(jobs.work()[0]["batchItemFailures"]) == 1
    assert jobs.status(job_id) == "running"

    jobs.work(receives=2)

    assert jobs.status(job_id) == "succeeded"


def test_a_submission_that_dies_before_it_is_queued_ends_by_itself(
    jobs: Jobs, iris: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as deadly:
        deadly.setattr(queues, "send_json", _die)
        with pytest.raises(Killed):
            jobs.submit(iris)

    jobs_left = jobs.page(status="queued").json()

    assert jobs_left["meta"]["total"] == 1  # until it is due: see test_showing
    assert jobs.work() == []


def _die(*_: Any, **__: Any) -> Any:
    raise Killed


def _unavailable(*_: Any) -> Any:
    raise Unavailable
