"""GET and DELETE of /predict/jobs."""

from datetime import timedelta

import pytest

from inferx import clock
from inferx.jobs import ending, expiry, showing
from tests.support.gateway import Client
from tests.support.jobs import Jobs
from tools.lambdas import invoke

PASSWORD = "SecurePass123!"


@pytest.fixture
def stranger(client: Client, jobs: Jobs) -> Jobs:
    """Return the routes of jobs, called by another user."""
    account = {"email": "bob@example.com", "password": PASSWORD}
    assert client.post("/api/v1/auth/register", json=account).status_code == 201
    token = client.post("/api/v1/auth/login", json=account).json()["access_token"]
    return Jobs(client, jobs.cloud, {"Authorization": f"Bearer {token}"})


def test_jobs_are_listed_newest_first_in_pages(jobs: Jobs, iris: str) -> None:
    made = [jobs.submitted(iris) for _ in range(3)]

    pages = [jobs.page(page=page, per_page=2).json() for page in (1, 2, 3)]

    assert [[job["id"] for job in page["data"]] for page in pages] == [
        [made[2], made[1]],
        [made[0]],
        [],
    ]
    assert pages[0]["meta"] == {"page": 1, "per_page": 2, "total": 3}


def test_jobs_are_listed_by_status(jobs: Jobs, iris: str) -> None:
    done = jobs.submitted(iris)
    jobs.work()
    waiting = jobs.submitted(iris)

    assert [job["id"] for job in jobs.page(status="succeeded").json()["data"]] == [done]
    assert [job["id"] for job in jobs.page(status="queued").json()["data"]] == [waiting]
    assert jobs.page(status="failed").json()["meta"]["total"] == 0


@pytest.mark.parametrize(
    "query", [{"page": 0}, {"per_page": 0}, {"per_page": 101}, {"status": "done"}]
)
def test_a_page_that_cannot_be_is_refused(jobs: Jobs, query: dict[str, object]) -> None:
    assert jobs.page(**query).status_code == 422


def test_a_job_is_its_owners_alone(jobs: Jobs, stranger: Jobs, iris: str) -> None:
    job_id = jobs.submitted(iris)

    assert stranger.show(job_id).status_code == 403
    assert stranger.cancel(job_id).status_code == 403
    assert stranger.page().json()["meta"]["total"] == 0
    assert jobs.status(job_id) == "queued"


def test_another_users_model_makes_no_job(jobs: Jobs, stranger: Jobs, iris: str) -> None:
    assert stranger.submit(iris).status_code == 403
    assert stranger.submit("iris").status_code == 404


@pytest.mark.parametrize("job_id", ["no-id", "01939d5e-5b2c-7c40-9c07-b0a6f5a1c001"])
def test_a_job_that_is_not_there_is_404(jobs: Jobs, job_id: str) -> None:
    assert jobs.show(job_id).status_code == 404
    assert jobs.cancel(job_id).status_code == 404


def test_a_key_without_the_scope_is_refused(
    jobs: Jobs, client: Client, auth_headers: dict[str, str], iris: str
) -> None:
    made = client.post(
        "/api/v1/auth/api-keys",
        json={"name": "reader", "scopes": ["models:read"]},
        headers=auth_headers,
    ).json()["data"]["api_key"]
    keyed = Jobs(client, jobs.cloud, {"Authorization": f"Bearer {made['key']}"})

    statuses = {keyed.submit(iris).status_code, keyed.page().status_code}
    statuses |= {keyed.show(iris).status_code, keyed.cancel(iris).status_code}

    assert statuses == {403}


def test_showing_waits_for_the_end(working: Jobs, iris: str) -> None:
    job_id = working.submitted(iris)

    assert working.show(job_id, wait=20).json()["prediction"] == "setosa"


def test_a_cancelled_job_is_not_predicted(jobs: Jobs, iris: str) -> None:
    job_id = jobs.submitted(iris)

    cancelled = jobs.cancel(job_id)
    jobs.work()

    assert cancelled.status_code == 200
    assert cancelled.json()["job"]["status"] == "cancelled"
    shown = jobs.show(job_id).json()
    assert shown["job"]["status"] == "cancelled"
    assert "prediction" not in shown


def test_a_finished_job_cannot_be_cancelled(jobs: Jobs, iris: str) -> None:
    job_id = jobs.submitted(iris)
    jobs.work()

    response = jobs.cancel(job_id)

    assert response.status_code == 409
    assert "succeeded" in response.json()["detail"]


def test_a_job_is_gone_after_seven_days(
    jobs: Jobs, iris: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = jobs.submitted(iris)
    jobs.work()
    _let_pass(monkeypatch, timedelta(days=7, seconds=1))

    assert jobs.show(job_id).status_code == 404
    assert jobs.page().json()["meta"]["total"] == 0


def test_an_overdue_job_fails_when_it_is_shown(
    jobs: Jobs, iris: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = jobs.submitted(iris)
    _let_pass(monkeypatch, timedelta(hours=2))

    job = jobs.show(job_id).json()["job"]

    assert (job["status"], job["error"]) == ("failed", "The job did not finish in time.")


def test_the_nightly_job_ends_what_is_overdue_and_announces_it(
    jobs: Jobs, iris: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    overdue = [jobs.submitted(iris) for _ in range(3)]
    _let_pass(monkeypatch, timedelta(hours=2))

    endpoint = {"url": "http://127.0.0.1:9/", "events": ["job.finished"]}
    jobs.client.post("/api/v1/webhooks", json=endpoint, headers=jobs.headers)

    found = invoke("ReconcileFunction", {}, seconds=900)

    assert found["SettledJobs"] == 3
    assert {jobs.status(job_id) for job_id in overdue} == {"failed"}
    assert expiry.sweep() == 0


def _let_pass(monkeypatch: pytest.MonkeyPatch, time: timedelta) -> None:
    for module in (showing, ending, expiry):
        monkeypatch.setattr(module, "now", lambda: clock.now() + time)
