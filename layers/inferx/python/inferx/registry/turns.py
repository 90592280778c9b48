"""Turns: at most two conversions of one owner run at once, and the others wait in order.

So one owner's files do not take all the invocations there are. What waits holds none of them: its
message goes back to the queue, and the end of a conversion queues the next one at once. A turn ends
by itself with the claim that it belongs to, so a process that died holds up nothing for long.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from inferx.clock import now
from inferx.entities.turns import Turns
from inferx.registry.lifetimes import CLAIM_LIFETIME
from inferx.storage.models import turns
from inferx.storage.transactions import Transaction, transact

MOST_AT_ONCE = 2

ASKS_AGAIN = timedelta(minutes=5)
"""When a version that waits asks again, in case no conversion that ended has called it."""

_FORGOTTEN = 3 * ASKS_AGAIN
"""A version that has not asked for so long was deleted, and keeps no other from its turn."""


def take(transaction: Transaction, owner_id: str, model_id: str) -> bool:
    """Let a version's conversion run, or note that it waits.

    Args:
        transaction: the one that claims the version.
        owner_id: whose it is.
        model_id: the version.

    Returns:
        Whether it is its turn.
    """
    moment, found = now(), turns.find(owner_id)
    running = _since(found.running, moment - CLAIM_LIFETIME, but={model_id})
    waiting = _since(found.waiting, moment - _FORGOTTEN)
    places = list(waiting)
    ahead = places.index(model_id) if model_id in waiting else len(places)
    is_its_turn = len(running) + ahead < MOST_AT_ONCE
    if is_its_turn:
        waiting.pop(model_id, None)
        running[model_id] = moment
    else:
        waiting[model_id] = moment
    turns.replace(transaction, owner_id, found, Turns(running, waiting))
    return is_its_turn


def end(owner_id: str, model_ids: Collection[str]) -> list[str]:
    """End the turns of versions that run, and give up the places of those that wait.

    Returns:
        The versions whose turn it is now, in order; each has still to take it.

    Raises:
        Unavailable: the store does not respond; a turn ends by itself later.
    """

    def build(transaction: Transaction) -> list[str]:
        moment, found = now(), turns.find(owner_id)
        running = _since(found.running, moment - CLAIM_LIFETIME, but=model_ids)
        waiting = _since(found.waiting, moment - _FORGOTTEN, but=model_ids)
        turns.replace(transaction, owner_id, found, Turns(running, waiting))
        return list(waiting)[: MOST_AT_ONCE - len(running)]

    return transact(build)


def _since(
    moments: Mapping[str, datetime], start: datetime, *, but: Collection[str] = ()
) -> dict[str, datetime]:
    """Return, in order, what is newer than ``start``, without some."""
    return {each: moment for each, moment in moments.items() if moment > start and each not in but}
