"""Signing keys: two are accepted at a time, and rotating them logs no one out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inferx import clock
from inferx.errors import Conflict
from inferx.identity import rotate_keys, signing_keys
from inferx.identity.access_tokens import issue_access_token, user_of_access_token
from inferx.identity.signing_keys import MAX_AGE_S, key_ring
from tests.unit.identity.conftest import KEY


class Time:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def now(self) -> datetime:
        return self.moment

    def pass_seconds(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    @property
    def seconds(self) -> int:
        return int(self.moment.timestamp())


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    ours = Time()
    monkeypatch.setattr(clock, "now", ours.now)
    return ours


@pytest.fixture
def secret(keys_document: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    def write(_: str, value: dict[str, Any]) -> None:
        keys_document.clear()
        keys_document.update(value)

    monkeypatch.setattr(rotate_keys, "read_secret", lambda _: dict(keys_document))
    monkeypatch.setattr(rotate_keys, "write_secret", write)
    monkeypatch.setattr(rotate_keys, "resource_of", lambda stack, name: f"{stack}-{name}")
    return keys_document


def test_the_secret_is_read_once_in_five_minutes(
    time: Time, secret: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []

    def read(name: str) -> dict[str, Any]:
        reads.append(name)
        return dict(secret)

    monkeypatch.setattr(signing_keys, "read_json", read)
    for _ in range(3):
        key_ring()
        time.pass_seconds(MAX_AGE_S / 2 - 1)
    assert len(reads) == 1

    time.pass_seconds(3)
    key_ring()

    assert len(reads) == 2


def test_tokens_of_the_old_key_are_accepted_after_a_rotation(
    time: Time, secret: dict[str, Any]
) -> None:
    before = issue_access_token("u", issued_at=time.seconds, token_id="t")

    rotate_keys.rotate("SigningKeys")
    time.pass_seconds(MAX_AGE_S)

    assert user_of_access_token(before) == "u"


def test_a_new_key_signs_only_once_every_container_knows_it(
    time: Time, secret: dict[str, Any]
) -> None:
    stale = key_ring()  # a container that has just read the secret
    rotate_keys.rotate("SigningKeys")
    signing_keys.forget()
    fresh = key_ring()

    for seconds in range(0, 2000, 10):
        moment = time.seconds + seconds
        if seconds < MAX_AGE_S:  # the stale container still uses its copy
            assert stale.find(fresh.signing(moment).kid) is not None
    assert fresh.signing(time.seconds + 2 * MAX_AGE_S).kid == secret["kid"]
    assert fresh.signing(time.seconds).kid == "1"


def test_a_token_of_the_new_key_is_accepted(time: Time, secret: dict[str, Any]) -> None:
    rotate_keys.rotate("SigningKeys")
    due = time.seconds - 1
    secret["signs_from"] = due

    token = issue_access_token("u", issued_at=time.seconds, token_id="t")

    assert user_of_access_token(token) == "u"


def test_rotating_again_at_once_is_refused(time: Time, secret: dict[str, Any]) -> None:
    rotate_keys.rotate("SigningKeys")
    kept = dict(secret)
    time.pass_seconds(1700)

    with pytest.raises(Conflict, match="wait 2 minutes"):
        rotate_keys.rotate("SigningKeys")

    assert secret == kept


def test_rotating_again_later_keeps_two_keys(time: Time, secret: dict[str, Any]) -> None:
    rotate_keys.rotate("SigningKeys")
    time.pass_seconds(rotate_keys.SETTLED_AFTER_S)
    rotate_keys.rotate("SigningKeys")

    assert len(signing_keys.parse(secret).keys) == 2
    assert "previous" not in secret["previous"]


def test_a_leaked_key_is_dropped_at_once(time: Time, secret: dict[str, Any]) -> None:
    fresh = rotate_keys.rotate("SigningKeys", is_leaked=True)

    assert key_ring().keys == (fresh,)


def test_the_command_never_shows_a_key(
    time: Time, secret: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    done = rotate_keys.main(["inferx"])
    refused = rotate_keys.main(["inferx"])
    shown = "".join(capsys.readouterr())

    assert (done, refused) == (0, 1)
    assert secret["kid"] in shown
    assert secret["key"] not in shown
    assert KEY not in shown


def test_the_command_reports_that_a_leaked_keys_successor_signs_now(
    time: Time, secret: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert rotate_keys.main(["inferx", "--leaked"]) == 0
    assert "signs now" in capsys.readouterr().out
