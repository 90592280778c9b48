"""What is made on the stack for an event, with a client that stands in for the API."""

from typing import Any

import pytest

from local.containers import seeding
from local.containers.seeding import Seeds
from local.deployed import Deployed
from local.failure import Failure
from tools.events.placeholders import Placeholders


class Api:
    """Stands in for the demo's client.

    Attributes:
        ready: the id of the model's newest ready version, if any.
        accounts: the addresses that have one.
        asked: each call so far.
    """

    def __init__(self, ready: str | None = None, accounts: tuple[str, ...] = ()) -> None:
        self.ready, self.accounts = ready, set(accounts)
        self.asked: list[str] = []

    def log_in(self, email: str, password: str) -> None:
        if email not in self.accounts:
            raise Failure("401")

    def register(self, email: str, password: str) -> None:
        self.asked.append("register")
        self.accounts.add(email)

    def create_api_key(self, name: str) -> str:
        self.asked.append("create_api_key")
        return "ifx_real"

    def upload_small(self, file_name: str, content: bytes, **fields: str) -> Any:
        self.asked.append("upload_small")
        self.ready = "uploaded"
        return {"id": "uploaded"}

    def model(self, model_id: str, wait_s: int = 0) -> Any:
        return {"id": model_id, "status": "ready", "error": None}

    def call(self, method: str, path: str, expected: int, **options: Any) -> Any:
        self.asked.append(f"{method} {path}")
        if path == "/api/v1/auth/me":
            return {"data": {"user": {"id": "u1"}}}
        if path.startswith("/api/v1/predict/"):
            return {"job": {"id": "j1"}}
        if self.ready is None:
            raise Failure("404")
        return {"data": {"name": {"newest_ready": {"id": self.ready, "version": 22}}}}


@pytest.fixture
def seeds(monkeypatch: pytest.MonkeyPatch) -> Seeds:
    """Return seeds of a stack with one bucket."""
    monkeypatch.setattr(Deployed, "resource", lambda _, name: f"inferx-{name.lower()}")
    return Seeds("http://api", Deployed("http://127.0.0.1:1"), "http://172.17.0.1:1")


def with_api(seeds: Seeds, api: Api, monkeypatch: pytest.MonkeyPatch) -> Seeds:
    monkeypatch.setattr(seeds, "_client", api)
    return seeds


def test_an_account_and_a_ready_model_are_made_where_there_are_none(
    seeds: Seeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = Api()

    real = with_api(seeds, api, monkeypatch).real("{}")

    assert (real.user_id, real.model_id, real.bucket) == ("u1", "uploaded", "inferx-bucket")
    assert "register" in api.asked
    assert "upload_small" in api.asked


def test_the_newest_ready_version_serves_again_however_many_are_pending(
    seeds: Seeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = Api(ready="m1", accounts=(seeding.EMAIL,))

    real = with_api(seeds, api, monkeypatch).real("{}")

    assert real.model_id == "m1"
    assert api.asked == ["GET /api/v1/auth/me", "GET /api/v1/models/names/iris"]


def test_a_key_and_a_job_are_made_only_for_an_event_that_names_them(
    seeds: Seeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    api, sample = Api(ready="m1", accounts=(seeding.EMAIL,)), Placeholders()
    with_api(seeds, api, monkeypatch)

    without = seeds.real("{}")
    with_both = seeds.real(f'{{"key": "{sample.api_key}", "job": "{sample.job_id}"}}')

    assert (without.api_key, without.job_id) == (sample.api_key, sample.job_id)
    assert (with_both.api_key, with_both.job_id) == ("ifx_real", "j1")
