"""Transactions: built again while others are in the way, and what a failed condition means."""

from collections.abc import Callable
from contextvars import copy_context
from itertools import chain, repeat

import pytest

from inferx import deadline
from inferx.errors import Conflict, NotFound, Unavailable
from inferx.storage.tables.users import EmailItem, UserItem
from inferx.storage.transactions import Transaction, transact
from tests.support.broken_dynamodb import FAILURES, client_error, respond

TAKEN = Conflict("Taken.")
IN_THE_WAY = client_error("TransactionCanceledException", ["TransactionConflict"])


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the pauses between attempts, in a time that moves by nothing else."""
    pauses: list[float] = []
    monkeypatch.setattr("inferx.storage.transactions.time.sleep", pauses.append)
    monkeypatch.setattr("inferx.storage.transactions.time.monotonic", lambda: sum(pauses))
    monkeypatch.setattr("inferx.storage.transactions.random.uniform", lambda _, high: high)
    return pauses


def claim(transaction: Transaction) -> str:
    """Build a transaction of one write."""
    transaction.put(EmailItem("email#a", user_id="1"), EmailItem.pk.does_not_exist())
    return "built"


def test_the_first_attempt_does_not_wait(
    monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    operations = respond(monkeypatch, repeat(None))

    assert transact(claim) == "built"
    assert operations == ["TransactWriteItems"]
    assert slept == []


def test_a_transaction_without_writes_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    operations = respond(monkeypatch, repeat(None))

    assert transact(lambda _: "nothing to do") == "nothing to do"
    assert operations == []


@pytest.mark.parametrize(
    "outcome",
    [
        IN_THE_WAY,
        client_error("TransactionCanceledException", ["ConditionalCheckFailed"]),
        client_error("TransactionCanceledException", ["ThrottlingError"]),
        client_error("TransactionCanceledException", ["ProvisionedThroughputExceeded"]),
        client_error("TransactionConflictException"),
        client_error("TransactionInProgressException"),
    ],
    ids=["conflict", "stale", "throttled", "over capacity", "another's", "still going on"],
)
def test_it_is_built_again_until_it_is_written(
    monkeypatch: pytest.MonkeyPatch, outcome: Exception
) -> None:
    respond(monkeypatch, chain([outcome, outcome], repeat(None)))
    built: list[Transaction] = []

    def build(transaction: Transaction) -> str:
        built.append(transaction)
        return claim(transaction)

    transact(build)

    assert len(set(map(id, built))) == 3


def test_pauses_grow_to_a_second_at_most(
    monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    respond(monkeypatch, chain([IN_THE_WAY] * 8, repeat(None)))

    transact(claim)

    assert slept == pytest.approx([0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1, 1])


def test_attempts_end_when_their_own_time_is_over(
    monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    respond(monkeypatch, repeat(IN_THE_WAY))

    with pytest.raises(Unavailable):
        transact(claim)

    assert 23 <= sum(slept) <= 24


def test_attempts_end_before_the_invocation_does(
    monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    respond(monkeypatch, repeat(IN_THE_WAY))

    def hurried() -> None:
        deadline.start(5)
        with pytest.raises(Unavailable):
            transact(claim)

    copy_context().run(hurried)

    assert sum(slept) <= 5 - deadline.MARGIN_S


@pytest.mark.parametrize("meaning", [lambda: TAKEN, TAKEN], ids=["found out", "known"])
def test_a_failed_condition_raises_what_it_means(
    monkeypatch: pytest.MonkeyPatch, meaning: Conflict | Callable[[], Conflict]
) -> None:
    outcome = client_error("TransactionCanceledException", ["ConditionalCheckFailed"])
    operations = respond(monkeypatch, repeat(outcome))

    def build(transaction: Transaction) -> None:
        item = EmailItem("email#a", user_id="1")
        transaction.put(item, EmailItem.pk.does_not_exist(), otherwise=meaning)

    with pytest.raises(Conflict, match="Taken"):
        transact(build)

    assert len(operations) == 1


def test_a_condition_that_is_found_to_mean_nothing_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outcome = client_error("TransactionCanceledException", ["ConditionalCheckFailed"])
    operations = respond(monkeypatch, chain([outcome], repeat(None)))

    def build(transaction: Transaction) -> None:
        item = EmailItem("email#a", user_id="1")
        transaction.put(item, EmailItem.pk.does_not_exist(), otherwise=lambda: None)

    transact(build)

    assert len(operations) == 2


@pytest.mark.parametrize(
    ("reasons", "error"),
    [
        (["ConditionalCheckFailed", "None", "None", "None"], NotFound("checked")),
        (["None", "ConditionalCheckFailed", "None", "None"], NotFound("deleted")),
        (["None", "None", "ConditionalCheckFailed", "None"], NotFound("put")),
        (["None", "None", "None", "ConditionalCheckFailed"], NotFound("updated")),
    ],
    ids=["check", "delete", "put", "update"],
)
def test_a_reason_belongs_to_its_write_in_whatever_order_they_were_added(
    monkeypatch: pytest.MonkeyPatch, reasons: list[str], error: NotFound
) -> None:
    respond(monkeypatch, repeat(client_error("TransactionCanceledException", reasons)))
    exists = UserItem.pk.exists()

    def build(transaction: Transaction) -> None:
        rename = [UserItem.full_name.set("Ada")]
        item = EmailItem("email#a", user_id="1")
        transaction.update(UserItem, "1", rename, exists, otherwise=NotFound("updated"))
        transaction.put(item, EmailItem.pk.does_not_exist(), otherwise=NotFound("put"))
        transaction.delete(UserItem("2"), exists, otherwise=NotFound("deleted"))
        transaction.check(UserItem, "3", exists, otherwise=NotFound("checked"))

    with pytest.raises(NotFound, match=error.detail):
        transact(build)


@pytest.mark.parametrize("failure", FAILURES)
def test_a_transaction_that_cannot_be_sent_is_unavailable(
    monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    operations = respond(monkeypatch, repeat(FAILURES[failure]))

    with pytest.raises(Unavailable):
        transact(claim)

    assert len(operations) == 1


def test_a_transaction_that_can_never_be_written_is_unavailable_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outcome = client_error("TransactionCanceledException", ["ValidationError"])
    operations = respond(monkeypatch, repeat(outcome))

    with pytest.raises(Unavailable):
        transact(claim)

    assert len(operations) == 1
