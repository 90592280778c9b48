"""Movable names: ``champion`` means one version of a name, and another after one call.

The name's item holds what each alias means, each version's record the aliases that mean it:
one transaction changes both, so a version that an alias means cannot be deleted meanwhile.
"""

from dataclasses import dataclass
from typing import Any

from inferx.errors import NotFound, NotReady
from inferx.identity.principal import Principal
from inferx.registry import journal
from inferx.registry.records import aliases_of, find_name, newest_ready_of
from inferx.storage.item_keys import model_pk, name_pk, owner_name_key
from inferx.storage.tables.models import ModelItem, NameItem
from inferx.storage.transactions import Transaction, attempts


@dataclass(frozen=True)
class Name:
    """A name and what it means now.

    Attributes:
        versions: how many there are, whatever their status.
        newest_ready: ``{"id", "version"}`` of the version that the bare name means.
        aliases: the like for each alias.
    """

    name: str
    versions: int
    newest_ready: dict[str, Any] | None
    aliases: dict[str, dict[str, Any]]


def show(principal: Principal, name: str) -> Name:
    """The caller's name.

    Raises:
        Forbidden: the scope ``models:read`` is missing.
        NotFound: the caller has no model of this name.
    """
    principal.require("models:read")
    return _shown(principal.user_id, name)


def point(principal: Principal, name: str, alias: str, version: int) -> Name:
    """Let the alias mean this version from now on, whatever it meant before.

    Raises:
        Forbidden: the scope ``models:write`` is missing.
        NotFound: the caller has no such version of such a name.
        NotReady: the version cannot answer predictions.
    """
    principal.require("models:write")
    owner_id = principal.user_id
    for _ in attempts():
        item = _owned_name(owner_id, name)
        aliases = aliases_of(item)
        model = _version(owner_id, name, version)
        before = aliases.get(alias)
        if before is not None and before["id"] == model.id:
            break
        transaction = Transaction()
        if before is not None:
            _forget(transaction, before["id"], alias)
        transaction.update(
            ModelItem,
            model.pk,
            [ModelItem.aliases.add({alias})],
            (ModelItem.owner_name == model.owner_name)
            & (ModelItem.version == version)
            & (ModelItem.status == "ready"),
        )
        meaning = {"id": model.id, "version": version}
        _write(transaction, owner_id, item, name, aliases | {alias: meaning})
        if transaction.commits():
            break
    return _shown(owner_id, name)


def remove(principal: Principal, name: str, alias: str) -> Name:
    """Let the alias mean nothing any more.

    Raises:
        Forbidden: the scope ``models:write`` is missing.
        NotFound: the caller has no such name, or it no such alias.
    """
    principal.require("models:write")
    owner_id = principal.user_id
    for _ in attempts():
        item = _owned_name(owner_id, name)
        aliases = aliases_of(item)
        if alias not in aliases:
            raise NotFound(f"{name} has no alias {alias}.")
        transaction = Transaction()
        _forget(transaction, aliases.pop(alias)["id"], alias)
        _write(transaction, owner_id, item, name, aliases)
        if transaction.commits():
            break
    return _shown(owner_id, name)


def _shown(owner_id: str, name: str) -> Name:
    item = _owned_name(owner_id, name)
    return Name(name, item.version_count, newest_ready_of(item), aliases_of(item))


def _owned_name(owner_id: str, name: str) -> NameItem:
    item = find_name(owner_id, name)
    if item is None or item.version_count == 0:
        raise NotFound(f"You have no model named {name}.")
    return item


def _version(owner_id: str, name: str, version: int) -> ModelItem:
    key = owner_name_key(owner_id, name)
    for entry in ModelItem.by_name.query(key, ModelItem.version == version):
        try:
            item = ModelItem.get(entry.pk, consistent_read=True)
        except ModelItem.DoesNotExist:
            break
        if item.status != "ready":
            raise NotReady(
                f"Version {version} of {name} is {item.status}; an alias needs one that is ready."
            )
        return item
    raise NotFound(f"{name} has no version {version}.")


def _forget(transaction: Transaction, model_id: str, alias: str) -> None:
    transaction.update(
        ModelItem,
        model_pk(model_id),
        [ModelItem.aliases.delete({alias})],
        ModelItem.aliases.contains(alias),
    )


def _write(
    transaction: Transaction,
    owner_id: str,
    item: NameItem,
    name: str,
    aliases: dict[str, dict[str, Any]],
) -> None:
    transaction.update(
        NameItem,
        name_pk(owner_id, name),
        [
            NameItem.aliases.set(aliases) if aliases else NameItem.aliases.remove(),
            NameItem.revision.add(1),
            NameItem.changed_on.set(journal.today(owner_id)),
        ],
        NameItem.revision == item.revision,
    )
