"""The repository of turns: one item of the Models table for each owner whose files are read."""

from datetime import datetime

from pynamodb.expressions.condition import Condition

from inferx.clock import iso
from inferx.entities.turns import Turns
from inferx.ids import new_id
from inferx.storage.item_keys import turns_pk
from inferx.storage.tables.models import TurnsItem
from inferx.storage.transactions import Transaction


def find(owner_id: str) -> Turns:
    """Return the turns of an owner's conversions; none where none run or wait."""
    try:
        item = TurnsItem.get(turns_pk(owner_id), consistent_read=True)
    except TurnsItem.DoesNotExist:
        return Turns()
    return Turns(_moments(item.running), _moments(item.waiting), item.revision)


def replace(transaction: Transaction, owner_id: str, found: Turns, turns: Turns) -> None:
    """Store the turns; stale when they have changed in the meantime.

    Args:
        transaction: the one to write in.
        owner_id: whose conversions they are.
        found: the turns as read.
        turns: as they are from then on; the item is removed when there are none.
    """
    if not (turns.running or turns.waiting):
        if found.revision is not None:
            transaction.delete(TurnsItem(turns_pk(owner_id)), _is_unchanged(found))
        return
    item = TurnsItem(
        turns_pk(owner_id),
        # A list for each, because their order matters and a map of DynamoDB has none.
        running=[[model_id, iso(since)] for model_id, since in turns.running.items()],
        waiting=[[model_id, iso(asked)] for model_id, asked in turns.waiting.items()],
        revision=new_id(),
    )
    transaction.put(item, _is_unchanged(found))


def _is_unchanged(found: Turns) -> Condition:
    if found.revision is None:
        return TurnsItem.revision.does_not_exist()
    condition: Condition = TurnsItem.revision == found.revision
    return condition


def _moments(stored: list[list[str]]) -> dict[str, datetime]:
    return {model_id: datetime.fromisoformat(moment) for model_id, moment in stored}
