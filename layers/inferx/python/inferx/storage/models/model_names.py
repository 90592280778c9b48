"""Names: the numbers given out, the newest ready version, the aliases."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from inferx.entities.models import ModelName, ModelVersion, VersionPointer
from inferx.storage.item_keys import name_in, name_pk, names_key
from inferx.storage.models import journal
from inferx.storage.tables.models import NameItem
from inferx.storage.transactions import Transaction


def find(owner_id: str, name: str) -> ModelName | None:
    """Return the owner's name; ``None`` when it was never given to a model."""
    try:
        return _name(NameItem.get(name_pk(owner_id, name), consistent_read=True))
    except NameItem.DoesNotExist:
        return None


def find_all(owner_id: str, names: Iterable[str]) -> list[ModelName]:
    """Return those of the owner's names that exist, in no order."""
    pks = [name_pk(owner_id, name) for name in names]
    return [_name(item) for item in NameItem.batch_get(pks, consistent_read=True)]


def take_number(
    transaction: Transaction, found: ModelName | None, model: ModelVersion, *, is_ready: bool
) -> None:
    """Give ``model.version`` out to this version of ``model.name``, and count the version in.

    Stale when another number has been given out since ``found`` was read.

    Args:
        transaction: the one that writes the version.
        found: the name as read; ``None`` when it is new.
        model: the version as it will be; its number must follow the last one.
        is_ready: whether it is ready, so that the name points to it: no number is higher.
    """
    actions: list[Action] = [
        NameItem.last_version.set(model.version),
        NameItem.version_count.add(1),
        NameItem.revision.add(1 if is_ready else 0),
    ]
    if is_ready:
        actions.append(_set_newest(VersionPointer(model.id, model.version)))
    condition = (
        NameItem.pk.does_not_exist()
        if found is None
        else NameItem.last_version == found.last_version
    )
    _update(transaction, model.owner_id, model.name, actions, condition)


def point_newest(transaction: Transaction, name: ModelName, newest: VersionPointer | None) -> None:
    """Let the bare name mean this version; also to record that another one is ready now.

    Stale when the name's pointers have moved since it was read.
    """
    actions = [_set_newest(newest), NameItem.revision.add(1)]
    _update(transaction, name.owner_id, name.name, actions, NameItem.revision == name.revision)


def leave(transaction: Transaction, name: ModelName, newest: VersionPointer | None) -> None:
    """Count a version out of its name, which means ``newest`` from then on.

    Stale when the name's pointers have moved since it was read.
    """
    actions: list[Action] = [NameItem.version_count.add(-1)]
    if newest != name.newest_ready:
        actions += [_set_newest(newest), NameItem.revision.add(1)]
    _update(transaction, name.owner_id, name.name, actions, NameItem.revision == name.revision)


def leave_unused(transaction: Transaction, owner_id: str, name: str) -> None:
    """Count out a version that was never ready, so that no pointer can mean it."""
    _update(transaction, owner_id, name, [NameItem.version_count.add(-1)])


def set_aliases(
    transaction: Transaction, name: ModelName, aliases: Mapping[str, VersionPointer]
) -> None:
    """Let the name have these aliases and no others.

    Stale when the name's pointers have moved since it was read.
    """
    meant = {alias: _item(pointer) for alias, pointer in aliases.items()}
    actions = [
        NameItem.aliases.set(meant) if meant else NameItem.aliases.remove(),
        NameItem.revision.add(1),
    ]
    _update(transaction, name.owner_id, name.name, actions, NameItem.revision == name.revision)


def note_change(transaction: Transaction, owner_id: str, name: str) -> None:
    """Let the nightly job look at this name and its owner."""
    _update(transaction, owner_id, name, [])


def correct(
    transaction: Transaction,
    name: ModelName,
    *,
    version_count: int,
    newest_ready: VersionPointer | None,
) -> None:
    """Set the count and the pointer; stale when anything of the name has moved since."""
    transaction.update(
        NameItem,
        name_pk(name.owner_id, name.name),
        [
            NameItem.version_count.set(version_count),
            _set_newest(newest_ready),
            NameItem.revision.add(1),
        ],
        (NameItem.revision == name.revision)
        & (NameItem.version_count == name.version_count)
        & (NameItem.last_version == name.last_version),
    )


def _name(item: NameItem) -> ModelName:
    owner_id, name = name_in(item.pk)
    aliases = item.aliases.as_dict() if item.aliases else {}
    return ModelName(
        owner_id=owner_id,
        name=name,
        last_version=item.last_version,
        version_count=item.version_count,
        newest_ready=_pointer(item.newest_ready.as_dict()) if item.newest_ready else None,
        aliases={alias: _pointer(meant) for alias, meant in aliases.items()},
        revision=item.revision,
    )


def _update(
    transaction: Transaction,
    owner_id: str,
    name: str,
    actions: Sequence[Action],
    condition: Condition | None = None,
) -> None:
    always = [
        NameItem.owner_id.set(names_key(owner_id)),
        NameItem.id.set(name),
        NameItem.changed_on.set(journal.today(owner_id)),
    ]
    transaction.update(NameItem, name_pk(owner_id, name), [*actions, *always], condition)


def _set_newest(pointer: VersionPointer | None) -> Action:
    newest = NameItem.newest_ready
    return newest.remove() if pointer is None else newest.set(_item(pointer))


def _item(pointer: VersionPointer) -> dict[str, Any]:
    return {"id": pointer.id, "version": pointer.version}


def _pointer(item: Mapping[str, Any]) -> VersionPointer:
    return VersionPointer(item["id"], int(item["version"]))
