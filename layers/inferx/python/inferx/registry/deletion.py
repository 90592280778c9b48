"""Deleting a model: the record at once, its objects at once or soon after.

The transaction that deletes the record leaves a tombstone, which goes when the last object has
gone. Whoever finds a tombstone, the owner's next try, the owner's next listing or the nightly
run, takes up where the deletion broke off.
"""

from inferx.clock import iso, now
from inferx.errors import Conflict, NotFound
from inferx.identity.principal import Principal
from inferx.ids import is_id
from inferx.registry import journal, newest, quotas
from inferx.registry.records import owned
from inferx.storage import objects
from inferx.storage.item_keys import tombstone_pk
from inferx.storage.object_keys import model_prefix, upload_prefix
from inferx.storage.tables.models import ModelItem, TombstoneItem
from inferx.storage.transactions import Transaction, attempts


def delete(principal: Principal, model_id: str) -> None:
    """Delete the caller's model: its record, every stored object, its share of the quota.

    Its version number is not given out again.

    Raises:
        Forbidden: it is another user's, or the scope ``models:write`` is missing.
        NotFound: there is no such model.
        Conflict: an alias names it.
        Unavailable: the record is gone, some objects may not be; they go later, or at once
            when asked again.
    """
    principal.require("models:write")
    for _ in attempts():
        try:
            item = owned(principal, model_id)
        except NotFound:
            if not _is_half_deleted(principal.user_id, model_id):
                raise
            break
        if _bury(item):
            break
    finish(principal.user_id, model_id)


def refuse_aliased(item: ModelItem, doing: str) -> None:
    """Go on only with a version that no alias names.

    Raises:
        Conflict: one does; the sentence says which.
    """
    if item.aliases:
        named = ", ".join(sorted(item.aliases))
        raise Conflict(
            f"Version {item.version} of {item.name} is what the alias {named} means; "
            f"move or remove the alias before {doing} it."
        )


def finish(owner_id: str, model_id: str) -> None:
    """Remove a deleted model's objects, every version of them, and then its tombstone.

    Raises:
        Unavailable: S3 does not answer; call again.
    """
    objects.delete_all(upload_prefix(owner_id, model_id))
    objects.delete_all(model_prefix(owner_id, model_id))
    TombstoneItem(tombstone_pk(model_id)).delete()


def _bury(item: ModelItem) -> bool:
    refuse_aliased(item, "deleting")
    transaction = Transaction()
    transaction.delete(
        item,
        ModelItem.aliases.does_not_exist()
        & (ModelItem.owner_name == item.owner_name)
        & (ModelItem.status == item.status)
        & (ModelItem.counted_bytes == item.counted_bytes),
    )
    transaction.put(TombstoneItem(tombstone_pk(item.id), owner_id=item.owner_id, due_at=iso(now())))
    newest.leave(transaction, item, changed_on=journal.today(item.owner_id))
    quotas.refund(transaction, item.owner_id, size=item.counted_bytes, models=1)
    return transaction.commits()


def _is_half_deleted(owner_id: str, model_id: str) -> bool:
    if not is_id(model_id):
        return False
    try:
        tombstone = TombstoneItem.get(tombstone_pk(model_id), consistent_read=True)
    except TombstoneItem.DoesNotExist:
        return False
    return bool(tombstone.owner_id == owner_id)
