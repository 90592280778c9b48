"""Model versions: reading them, adding, changing and deleting them."""

from collections.abc import Iterable, Mapping
from typing import Any

from inferx.clock import iso
from inferx.entities.models import ModelVersion, Status
from inferx.storage.item_keys import model_pk, owner_name_key
from inferx.storage.models.version_items import has_name_of, set_or_remove, time_of, version_of
from inferx.storage.tables.models import ModelItem
from inferx.storage.transactions import Transaction


def find(model_id: str) -> ModelVersion | None:
    """Return the version with this id; ``None`` when there is none."""
    try:
        return version_of(ModelItem.get(model_pk(model_id), consistent_read=True))
    except ModelItem.DoesNotExist:
        return None


def find_all(model_ids: Iterable[str]) -> list[ModelVersion]:
    """Return the versions with these ids, in their order, without those that there are not."""
    keys = [model_pk(model_id) for model_id in model_ids]
    found = {item.pk: item for item in ModelItem.batch_get(keys, consistent_read=True)}
    return [version_of(found[key]) for key in keys if key in found]


def packed_size(manifest: Mapping[str, Any]) -> int:
    """Return how many bytes of its item a manifest takes."""
    return len(ModelItem.manifest.serialize(dict(manifest)))


def add(transaction: Transaction, model: ModelVersion) -> None:
    """Write a new version that waits for its file."""
    item = ModelItem(
        model_pk(model.id),
        id=model.id,
        owner_id=model.owner_id,
        owner_name=owner_name_key(model.owner_id, model.name),
        name=model.name,
        version=model.version,
        description=model.description,
        model_type=model.model_type,
        status=model.status,
        file_name=model.file_name,
        part=model.part,
        samples_size=model.samples_size,
        input_hints=None if model.input_hints is None else model.input_hints.to_dict(),
        file_size=model.file_size,
        sha256=model.sha256,
        counted_bytes=model.counted_bytes,
        due_at=time_of(model.due_at),
        created_at=iso(model.created_at),
        updated_at=iso(model.updated_at),
    )
    transaction.put(item, ModelItem.pk.does_not_exist())


def change(transaction: Transaction, model: ModelVersion, changed: ModelVersion) -> None:
    """Write what a version is called and described as.

    Stale when its name, status or aliases have changed in the meantime.

    Args:
        transaction: the one that moves it between names, if it does.
        model: the version as read.
        changed: the version as it is from then on.
    """
    actions = [
        ModelItem.name.set(changed.name),
        ModelItem.owner_name.set(owner_name_key(changed.owner_id, changed.name)),
        ModelItem.version.set(changed.version),
        set_or_remove(ModelItem.description, changed.description),
        ModelItem.updated_at.set(iso(changed.updated_at)),
    ]
    condition = (
        has_name_of(model)
        & (ModelItem.status == model.status)
        & (
            ModelItem.aliases == set(model.aliases)
            if model.aliases
            else ModelItem.aliases.does_not_exist()
        )
    )
    transaction.update(ModelItem, model_pk(model.id), actions, condition)


def add_alias(transaction: Transaction, model: ModelVersion, alias: str) -> None:
    """Note an alias on the version that it means; stale unless that is ready and so named."""
    actions = [ModelItem.aliases.add({alias})]
    condition = has_name_of(model) & (ModelItem.status == Status.READY)
    transaction.update(ModelItem, model_pk(model.id), actions, condition)


def remove_alias(transaction: Transaction, model_id: str, alias: str) -> None:
    """Remove an alias from the version that it means; stale when it means another one."""
    actions = [ModelItem.aliases.delete({alias})]
    transaction.update(ModelItem, model_pk(model_id), actions, ModelItem.aliases.contains(alias))


def delete(transaction: Transaction, model: ModelVersion) -> None:
    """Delete a version that no alias means.

    Stale when its name, status, size or aliases have changed in the meantime.
    """
    condition = (
        ModelItem.aliases.does_not_exist()
        & has_name_of(model)
        & (ModelItem.status == model.status)
        & (ModelItem.counted_bytes == model.counted_bytes)
    )
    transaction.delete(ModelItem(model_pk(model.id)), condition)
