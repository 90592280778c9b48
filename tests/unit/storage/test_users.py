"""The repository of users: failures are Unavailable, and a lost race is reported as one."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import repeat

import pytest
from botocore.exceptions import CredentialRetrievalError

from inferx.entities.users import User
from inferx.errors import Conflict, Unavailable
from inferx.storage import users
from inferx.storage.transactions import Transaction, transact
from tests.support.broken_dynamodb import FAILURES, client_error, respond

ADA = User(
    id="1",
    email="ada@example.com",
    full_name=None,
    password_hash="$2b$04$hash",
    is_active=True,
    created_at=datetime(2026, 11, 23, tzinfo=UTC),
)
TAKEN = Conflict("Taken.")


def in_transaction(write: Callable[[Transaction], None]) -> Callable[[], None]:
    """Return the call that commits what ``write`` adds."""
    return lambda: transact(write)


CALLS: dict[str, Callable[[], object]] = {
    "find": lambda: users.find("1"),
    "find_id_by_email": lambda: users.find_id_by_email("ada@example.com"),
    "replace_password_hash": lambda: users.replace_password_hash(ADA, "$2b$", ends_sessions=True),
    "add": in_transaction(lambda tx: users.add(tx, ADA, ADA.email, otherwise=TAKEN)),
    "add_api_key_id": in_transaction(
        lambda tx: users.add_api_key_id(tx, "1", "k", most=20, otherwise=TAKEN)
    ),
    "remove_api_key_id": in_transaction(lambda tx: users.remove_api_key_id(tx, "1", "k")),
    "charge": in_transaction(
        lambda tx: users.charge(
            tx, "1", size=1, models=1, most_bytes=9, most_models=9, otherwise=TAKEN
        )
    ),
    "refund": in_transaction(lambda tx: users.refund(tx, "1", size=1, models=1)),
    "correct_counters": in_transaction(
        lambda tx: users.correct_counters(tx, ADA, storage_bytes=0, model_count=0)
    ),
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


@pytest.mark.parametrize("call", CALLS)
def test_credentials_that_cannot_be_fetched_are_unavailable(
    monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise CredentialRetrievalError(provider="container-role", error_msg="timed out")

    monkeypatch.setattr("botocore.session.Session.create_client", fail)

    with pytest.raises(Unavailable):
        CALLS[call]()


@pytest.mark.parametrize("call", ["find", "find_id_by_email"])
def test_what_is_not_there_is_none(monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    respond(monkeypatch, repeat(None))

    assert CALLS[call]() is None


def test_a_password_changed_in_the_meantime_is_not_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    respond(monkeypatch, repeat(client_error("ConditionalCheckFailedException")))

    assert CALLS["replace_password_hash"]() is False


def test_a_transaction_in_the_way_is_not_taken_for_a_changed_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    respond(monkeypatch, repeat(client_error("TransactionConflictException")))

    with pytest.raises(Unavailable):
        CALLS["replace_password_hash"]()


@pytest.mark.parametrize(
    ("call", "reasons"),
    [
        ("add", ["ConditionalCheckFailed", "None"]),
        ("add_api_key_id", ["ConditionalCheckFailed"]),
        ("charge", ["ConditionalCheckFailed"]),
    ],
)
def test_a_failed_condition_raises_what_the_caller_says_it_means(
    monkeypatch: pytest.MonkeyPatch, call: str, reasons: list[str]
) -> None:
    respond(monkeypatch, repeat(client_error("TransactionCanceledException", reasons)))

    with pytest.raises(Conflict, match="Taken"):
        CALLS[call]()


def test_the_password_hash_is_in_no_representation_of_a_user() -> None:
    assert ADA.password_hash not in f"{ADA} {ADA!r}"
