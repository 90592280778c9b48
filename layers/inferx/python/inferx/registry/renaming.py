"""Changing what a model is called and what is said about it."""

from enum import Enum

from pynamodb.expressions.update import Action

from inferx.clock import iso, now
from inferx.identity.principal import Principal
from inferx.registry import journal, newest
from inferx.registry.deletion import refuse_aliased
from inferx.registry.records import find_name, newest_ready_of, owned
from inferx.storage.item_keys import name_pk, owner_name_key
from inferx.storage.tables.models import ModelItem, NameItem
from inferx.storage.transactions import Transaction, attempts

_NO_ALIAS = ModelItem.aliases.does_not_exist()


class Keep(Enum):
    """Says that a text stays as it is, where ``None`` would remove it."""

    KEEP = "keep"


KEEP = Keep.KEEP


def change(
    principal: Principal, model_id: str, *, name: str | None, description: str | Keep | None
) -> ModelItem:
    """Change what the caller's model is called, what is said about it, or both.

    A rename moves it under the other name, as that name's next version; its old number is not
    given out again. Its own name changes nothing.

    Args:
        principal: who asks; needs the scope ``models:write``.
        model_id: which model.
        name: its new name; ``None`` to keep the old one.
        description: the new one; ``None`` to remove it, :data:`KEEP` to keep it.

    Raises:
        Forbidden: it is another user's, or the scope is missing.
        NotFound: there is no such model.
        Conflict: an alias of the old name means it.
    """
    principal.require("models:write")
    for _ in attempts():
        item = owned(principal, model_id)
        transaction = Transaction()
        actions = _described(item, description)
        if name is not None and name != item.name:
            actions += _renamed(transaction, item, name)
        if not actions:
            return item
        transaction.update(
            ModelItem,
            item.pk,
            [*actions, ModelItem.updated_at.set(iso(now()))],
            (ModelItem.owner_name == item.owner_name)
            & (ModelItem.status == item.status)
            & (ModelItem.aliases == item.aliases if item.aliases else _NO_ALIAS),
        )
        if transaction.commits():
            break
    return owned(principal, model_id)


def _described(item: ModelItem, description: str | Keep | None) -> list[Action]:
    if description is KEEP or description == item.description:
        return []
    text = ModelItem.description
    return [text.remove() if description is None else text.set(str(description))]


def _renamed(transaction: Transaction, item: ModelItem, name: str) -> list[Action]:
    refuse_aliased(item, "renaming")
    version = _arrive(transaction, item, name)
    newest.leave(transaction, item, changed_on=journal.today(item.owner_id))
    return [
        ModelItem.name.set(name),
        ModelItem.owner_name.set(owner_name_key(item.owner_id, name)),
        ModelItem.version.set(version),
    ]


def _arrive(transaction: Transaction, item: ModelItem, name: str) -> int:
    known = find_name(item.owner_id, name)
    version = 1 if known is None else known.last_version + 1
    actions = [
        NameItem.last_version.set(version),
        NameItem.version_count.add(1),
        NameItem.changed_on.set(journal.today(item.owner_id)),
        NameItem.revision.add(1),
    ]
    newest_there = None if known is None else newest_ready_of(known)
    if item.status == "ready":
        assert newest_there is None or newest_there["version"] < version
        actions.append(NameItem.newest_ready.set({"id": item.id, "version": version}))
    transaction.update(
        NameItem,
        name_pk(item.owner_id, name),
        actions,
        NameItem.pk.does_not_exist()
        if known is None
        else (NameItem.last_version == known.last_version),
    )
    return version
