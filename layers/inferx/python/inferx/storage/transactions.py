"""DynamoDB transactions: several items change together, each on its own condition, or none does.

Two writers of one item make DynamoDB cancel one of them, and a condition may fail because what it
was computed from has changed. Both are overcome by reading again and trying again, which
:func:`transact` does, with full jitter, so that many writers of one item all get through.
Source: Amazon DynamoDB Developer Guide, "Managing complex workflows with DynamoDB transactions";
AWS Architecture Blog, "Exponential backoff and jitter".
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import count

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from inferx import deadline
from inferx.errors import InferXError, Unavailable
from inferx.storage.tables.connection import connection

_LONGEST_S = 24.0
_LONGEST_PAUSE_S = 1.0
_PASSING = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
_BUSY = {"TransactionInProgressException", "TransactionConflictException"}

type Otherwise = InferXError | Callable[[], InferXError | None] | None
"""What a write's failed condition means: the error to raise, or how to find out; with ``None``,
only that what was read has changed since."""


class _Order(IntEnum):
    # pynamodb sends checks first, then deletions, puts and updates; DynamoDB gives its reasons in
    # the order of what was sent.
    CHECK = 0
    DELETE = 1
    PUT = 2
    UPDATE = 3


@dataclass(frozen=True)
class _Write:
    order: _Order
    send: Callable[[TransactWrite], None]
    otherwise: Otherwise


class Transaction:
    """The writes of one transaction, collected by the repositories and committed together."""

    def __init__(self) -> None:
        self._writes: list[_Write] = []

    def check(
        self, kind: type[Model], pk: str, condition: Condition, *, otherwise: Otherwise = None
    ) -> None:
        """Commit only if this item, otherwise untouched, meets the condition."""
        self._add(
            _Order.CHECK, lambda tx: tx.condition_check(kind, pk, condition=condition), otherwise
        )

    def delete(
        self, item: Model, condition: Condition | None = None, *, otherwise: Otherwise = None
    ) -> None:
        """Delete the item."""
        self._add(_Order.DELETE, lambda tx: tx.delete(item, condition=condition), otherwise)

    def put(
        self, item: Model, condition: Condition | None = None, *, otherwise: Otherwise = None
    ) -> None:
        """Write the whole item."""
        self._add(_Order.PUT, lambda tx: tx.save(item, condition=condition), otherwise)

    def update(
        self,
        kind: type[Model],
        pk: str,
        actions: Sequence[Action],
        condition: Condition | None = None,
        *,
        otherwise: Otherwise = None,
    ) -> None:
        """Change some of the item's attributes."""
        self._add(
            _Order.UPDATE,
            lambda tx: tx.update(kind(pk), actions=list(actions), condition=condition),
            otherwise,
        )

    def commit(self) -> "list[Otherwise] | None":
        """Write everything, or nothing.

        Returns:
            ``None`` when it is written; else what each failed condition means, an empty list when
            another transaction was in the way.

        Raises:
            Unavailable: DynamoDB does not respond.
        """
        writes = sorted(self._writes, key=lambda write: write.order)
        if not writes:
            return None
        transaction = TransactWrite(connection=connection())
        for write in writes:
            write.send(transaction)
        try:
            with transaction:
                pass
        except TransactWriteError as error:
            return _failed(error, writes)
        return None

    def _add(
        self, order: _Order, send: Callable[[TransactWrite], None], otherwise: Otherwise
    ) -> None:
        self._writes.append(_Write(order, send, otherwise))


def transact[T](build: Callable[[Transaction], T]) -> T:
    """Commit the transaction that ``build`` collects, building it again until it is written.

    Args:
        build: reads what it decides from, adds the writes, and returns the result; called again
            after each cancellation, so it must read afresh. A transaction without writes is not
            sent. It raises to give up.

    Returns:
        What the last ``build`` returned.

    Raises:
        InferXError: a condition failed whose write says, by ``otherwise``, what that means.
        Unavailable: other writers were in the way for too long.
    """
    for _ in _attempts():
        transaction = Transaction()
        result = build(transaction)
        failed = transaction.commit()
        if failed is None:
            return result
        for otherwise in failed:
            error = otherwise() if callable(otherwise) else otherwise
            if error is not None:
                raise error
    raise Unavailable


def _attempts() -> Iterator[int]:
    """Count attempts, pausing longer and longer, at random, between them, until time is up."""
    end = time.monotonic() + deadline.remaining(_LONGEST_S)
    for attempt in count():
        yield attempt
        pause = random.uniform(0, min(_LONGEST_PAUSE_S, 0.02 * 2 ** min(attempt, 10)))  # noqa: S311 - no secret
        if time.monotonic() + pause > end:
            return
        time.sleep(pause)


def _failed(error: TransactWriteError, writes: Sequence[_Write]) -> list[Otherwise]:
    reasons = error.cancellation_reasons
    codes = [reason.code if reason else None for reason in reasons]
    failed = [
        write.otherwise
        for write, code in zip(writes, codes, strict=False)
        if code == "ConditionalCheckFailed"
    ]
    if failed or _PASSING & set(codes) or error.cause_response_code in _BUSY:
        return failed
    raise Unavailable from error
