"""Deleting a version: its record at once, its objects at once or soon after."""

from inferx.entities.models import ModelVersion
from inferx.errors import Conflict, NotFound
from inferx.identity.principal import Principal
from inferx.ids import is_id
from inferx.registry import leftovers, newest
from inferx.registry.lifetimes import claim_end
from inferx.registry.records import owned
from inferx.storage import users
from inferx.storage.models import tombstones, versions
from inferx.storage.transactions import Transaction, transact


def delete(principal: Principal, model_id: str) -> None:
    """Delete the caller's version: its record, every stored object, its share of the quota.

    Its number is not given out again.

    Raises:
        Forbidden: it is another user's, or the scope ``models:write`` is missing.
        NotFound: there is no such version.
        Conflict: an alias means it.
        Unavailable: the record is gone, some objects may not be; they go later, or at once
            when the caller tries again.
    """
    principal.require("models:write")

    def build(transaction: Transaction) -> None:
        try:
            model = owned(principal, model_id)
        except NotFound:
            if not _is_half_deleted(principal.user_id, model_id):
                raise
        else:
            _delete_record(transaction, model)

    transact(build)
    leftovers.remove(principal.user_id, model_id)


def refuse_aliased(model: ModelVersion, doing: str) -> None:
    """Raise unless no alias means the version.

    Args:
        model: the version.
        doing: what the caller is about to do, such as ``deleting``.

    Raises:
        Conflict: an alias means it; the sentence names the alias.
    """
    if model.aliases:
        named = ", ".join(sorted(model.aliases))
        raise Conflict(
            f"Version {model.version} of {model.name} is what the alias {named} means; "
            f"move or remove the alias before {doing} it."
        )


def _delete_record(transaction: Transaction, model: ModelVersion) -> None:
    refuse_aliased(model, "deleting")
    versions.delete(transaction, model)
    leftovers.mark(transaction, model.owner_id, model.id, until=claim_end(model))
    newest.leave(transaction, model)
    users.refund(transaction, model.owner_id, size=model.counted_bytes, models=1)


def _is_half_deleted(owner_id: str, model_id: str) -> bool:
    if not is_id(model_id):
        return False
    tombstone = tombstones.find(model_id)
    return tombstone is not None and tombstone.owner_id == owner_id
