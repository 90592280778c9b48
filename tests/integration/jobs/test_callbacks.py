"""The address that a job's outcome is sent to: checked when it is given, called at the end."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.jobs import Jobs
from tests.support.receivers import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Run a receiver on this machine."""
    with receiving() as running:
        yield running


def notify(jobs: Jobs) -> None:
    """Make the first attempt of every event."""
    jobs.cloud.deliver("EventsQueue", "NotifyFunction")
    jobs.cloud.deliver("DeliveriesQueue", "NotifyFunction")


def test_a_finished_job_is_sent_to_its_callback(jobs: Jobs, iris: str, receiver: Receiver) -> None:
    submitted = jobs.submit(iris, callback_url=receiver.url).json()

    jobs.work()
    notify(jobs)

    event = receiver.received[0].verified(submitted["callback_secret"])
    assert event["type"] == "job.finished"
    assert event["data"]["id"] == submitted["job"]["id"]
    assert event["data"]["status"] == "succeeded"


def test_a_cancelled_job_is_sent_to_its_callback(jobs: Jobs, iris: str, receiver: Receiver) -> None:
    submitted = jobs.submit(iris, callback_url=receiver.url).json()

    jobs.cancel(submitted["job"]["id"])
    notify(jobs)

    event = receiver.received[0].verified(submitted["callback_secret"])
    assert event["data"]["status"] == "cancelled"


def test_a_job_is_sent_to_the_accounts_endpoints(jobs: Jobs, iris: str, receiver: Receiver) -> None:
    body = {"url": receiver.url, "events": ["job.finished"]}
    created = jobs.client.post("/api/v1/webhooks", json=body, headers=jobs.headers).json()
    job_id = jobs.submitted(iris)

    jobs.work()
    notify(jobs)

    event = receiver.received[0].verified(created["data"]["webhook"]["secret"])
    assert event["data"]["id"] == job_id


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "https://127.0.0.1/", "nonsense"])
def test_a_callback_that_webhooks_do_not_go_to_is_refused(jobs: Jobs, iris: str, url: Any) -> None:
    response = jobs.submit(iris, callback_url=url)

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", "callback_url"]
    assert jobs.page().json()["meta"]["total"] == 0
