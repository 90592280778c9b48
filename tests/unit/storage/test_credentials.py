"""The repository of credentials: failures are Unavailable, and a lost race is reported as one."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import repeat

import pytest

from inferx.entities.credentials import ApiKey, Counter, TokenFamily
from inferx.errors import NotFound, Unavailable
from inferx.storage import credentials
from inferx.storage.transactions import transact
from tests.support.broken_dynamodb import FAILURES, client_error, respond

MOMENT = datetime(2026, 11, 23, tzinfo=UTC)
KEY = ApiKey(
    id="k",
    user_id="1",
    name="notebook",
    prefix="ifx_0123",
    scopes=frozenset({"predict"}),
    secret_hash="0123456789abcdef",
    created_at=MOMENT,
)
FAMILY = TokenFamily(
    id="f",
    user_id="1",
    epoch=0,
    current_hash="fedcba9876543210",
    rotated_at=1,
    created_at=1,
    expires_at=2,
    previous_hash="a1b2c3d4",
    salt="5a17",
)
ONCE = Counter(tally=1, last_at=1)
UNKNOWN = NotFound("Unknown.")

CALLS: dict[str, Callable[[], object]] = {
    "add_api_key": lambda: transact(lambda tx: credentials.add_api_key(tx, KEY)),
    "find_api_keys": lambda: credentials.find_api_keys(["k"]),
    "revoke_api_key": lambda: transact(
        lambda tx: credentials.revoke_api_key(
            tx, "k", owner_id="1", revoked_at=MOMENT, kept_until=MOMENT, otherwise=UNKNOWN
        )
    ),
    "add_family": lambda: credentials.add_family(FAMILY),
    "find_family": lambda: credentials.find_family("f"),
    "replace_family": lambda: credentials.replace_family(FAMILY, FAMILY),
    "remove_family": lambda: credentials.remove_family("f"),
    "find_counters": lambda: credentials.find_counters(["login#1"]),
    "count": lambda: credentials.count("login#1", 1, kept_until=2),
    "put_counter": lambda: credentials.put_counter("login#1", ONCE, kept_until=2),
    "replace_counter": lambda: credentials.replace_counter("login#1", ONCE, ONCE, kept_until=2),
    "remove_counter": lambda: credentials.remove_counter("login#1"),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("call", CALLS)
def test_a_failing_dynamodb_is_unavailable(
    monkeypatch: pytest.MonkeyPatch, call: str, failure: str
) -> None:
    operations = respond(monkeypatch, repeat(FAILURES[failure]))

    with pytest.raises(Unavailable):
        CALLS[call]()

    assert len(operations) == 1


def test_an_unknown_family_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    respond(monkeypatch, repeat(None))

    assert credentials.find_family("f") is None


@pytest.mark.parametrize("call", ["replace_family", "replace_counter"])
def test_what_has_changed_since_it_was_read_is_not_replaced(
    monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    respond(monkeypatch, repeat(client_error("ConditionalCheckFailedException")))

    assert CALLS[call]() is False


@pytest.mark.parametrize("call", ["replace_family", "replace_counter"])
def test_what_is_replaced_is_reported_as_replaced(
    monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    respond(monkeypatch, repeat(None))

    assert CALLS[call]() is True


def test_a_key_that_cannot_be_revoked_raises_what_the_caller_says_it_means(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outcome = client_error("TransactionCanceledException", ["ConditionalCheckFailed"])
    respond(monkeypatch, repeat(outcome))

    with pytest.raises(NotFound, match="Unknown"):
        CALLS["revoke_api_key"]()


def test_no_hash_or_salt_is_in_the_representation_of_a_credential() -> None:
    shown = f"{KEY} {KEY!r} {FAMILY} {FAMILY!r}"

    for kept in (KEY.secret_hash, FAMILY.current_hash, FAMILY.previous_hash, FAMILY.salt):
        assert str(kept) not in shown
