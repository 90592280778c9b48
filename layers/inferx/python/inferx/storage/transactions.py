"""DynamoDB transactions: several items change together, each on its own condition, or none does.

Two writers of one item make DynamoDB cancel one of them, and a condition may fail because what
it was computed from has changed. Both are cured by reading again and trying again:
:func:`attempts` paces that, with full jitter, so that many writers of one item all get through.
Source: Amazon DynamoDB Developer Guide, "Managing complex workflows with DynamoDB transactions";
AWS Architecture Blog, "Exponential backoff and jitter".
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from inferx.errors import Unavailable
from inferx.storage.tables.lazy import connection

_PASSING = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
_BUSY = {"TransactionInProgressException", "ThrottlingException"}


class Cancelled(Exception):
    """Nothing was written.

    Args:
        failed: the keys of the items whose conditions did not hold; empty when another
            transaction was merely in the way.
    """

    def __init__(self, failed: frozenset[str] = frozenset()) -> None:
        super().__init__(", ".join(sorted(failed)))
        self.failed = failed


def attempts(seconds: float = 24.0) -> Iterator[int]:
    """Count attempts from 0, pausing longer and longer, at random, between them.

    Args:
        seconds: for how long to go on.

    Raises:
        Unavailable: the time is over.
    """
    end = time.monotonic() + seconds
    for attempt in count():
        yield attempt
        pause = random.uniform(0, min(1.0, 0.02 * 2 ** min(attempt, 10)))  # noqa: S311 - no secret
        if time.monotonic() + pause > end:
            raise Unavailable
        time.sleep(pause)


class Transaction:
    """The writes of one transaction, collected and then committed together."""

    def __init__(self) -> None:
        # pynamodb sends checks first, then deletions, puts and updates; DynamoDB gives its
        # reasons in the order of what was sent.
        self._checks: list[tuple[str, Callable[[TransactWrite], None]]] = []
        self._deletes: list[tuple[str, Callable[[TransactWrite], None]]] = []
        self._puts: list[tuple[str, Callable[[TransactWrite], None]]] = []
        self._updates: list[tuple[str, Callable[[TransactWrite], None]]] = []

    def check(self, kind: type[Model], pk: str, condition: Condition) -> None:
        """Go on only while this item, otherwise untouched, meets the condition."""
        self._checks.append((pk, lambda tx: tx.condition_check(kind, pk, condition=condition)))

    def delete(self, item: Any, condition: Condition | None = None) -> None:
        """Delete the item."""
        self._deletes.append((item.pk, lambda tx: tx.delete(item, condition=condition)))

    def put(self, item: Any, condition: Condition | None = None) -> None:
        """Write the whole item."""
        self._puts.append((item.pk, lambda tx: tx.save(item, condition=condition)))

    def update(
        self,
        kind: type[Model],
        pk: str,
        actions: Sequence[Action],
        condition: Condition | None = None,
    ) -> None:
        """Change some of the item's attributes."""
        self._updates.append(
            (pk, lambda tx: tx.update(kind(pk), actions=list(actions), condition=condition))
        )

    def commit(self) -> None:
        """Write all of it, or nothing.

        Raises:
            Cancelled: a condition failed, or another transaction was in the way.
            Unavailable: DynamoDB does not answer.
        """
        writes = [*self._checks, *self._deletes, *self._puts, *self._updates]
        transaction = TransactWrite(connection=connection())
        for _, write in writes:
            write(transaction)
        try:
            with transaction:
                pass
        except TransactWriteError as error:
            raise _explain(error, [pk for pk, _ in writes]) from error

    def commits(self) -> bool:
        """:meth:`commit`, and whether it was written; not when it was cancelled."""
        try:
            self.commit()
        except Cancelled:
            return False
        return True


def _explain(error: TransactWriteError, keys: list[str]) -> Exception:
    codes = [reason.code if reason else None for reason in error.cancellation_reasons]
    failed = frozenset(
        pk for pk, code in zip(keys, codes, strict=False) if code == "ConditionalCheckFailed"
    )
    if failed or _PASSING & set(codes) or error.cause_response_code in _BUSY:
        return Cancelled(failed)
    return Unavailable()
