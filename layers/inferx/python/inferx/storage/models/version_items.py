"""What the repositories of versions share: reading their items, and common conditions."""

from datetime import datetime
from typing import Any, cast

from pynamodb.attributes import Attribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from inferx.clock import iso
from inferx.entities.models import ModelType, ModelVersion, Status
from inferx.input_hints import InputHints
from inferx.storage.item_keys import owner_name_key
from inferx.storage.tables.models import ModelItem


def has_name_of(model: ModelVersion) -> Condition:
    """Return the condition that the version still has this name and number."""
    condition: Condition = ModelItem.owner_name == owner_name_key(model.owner_id, model.name)
    condition &= ModelItem.version == model.version
    return condition


def is_in_status_of(model: ModelVersion) -> Condition:
    """Return the condition that the version still has this status, and the same claim if any."""
    since = ModelItem.converting_since
    condition: Condition = ModelItem.status == model.status
    condition &= (
        since.does_not_exist()
        if model.converting_since is None
        else since == iso(model.converting_since)
    )
    return condition


def set_or_remove[T](attribute: Attribute[T], value: T | None) -> Action:
    """Return the action that stores a value, ``None`` by removing the attribute."""
    return attribute.remove() if value is None else attribute.set(value)


def time_of(moment: datetime | None) -> str | None:
    """Return a time as items hold it."""
    return None if moment is None else iso(moment)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _hints(stored: dict[str, Any] | None) -> InputHints | None:
    return None if stored is None else InputHints.from_dict(stored)


def version_of(item: ModelItem) -> ModelVersion:
    """Return the version that an item holds."""
    return ModelVersion(
        id=item.id,
        owner_id=item.owner_id,
        name=item.name,
        version=item.version,
        model_type=cast("ModelType", item.model_type),
        status=Status(item.status),
        file_name=item.file_name,
        created_at=datetime.fromisoformat(item.created_at),
        updated_at=datetime.fromisoformat(item.updated_at),
        description=item.description,
        part=item.part,
        samples_size=item.samples_size,
        input_hints=_hints(item.input_hints),
        file_size=item.file_size,
        sha256=item.sha256,
        counted_bytes=item.counted_bytes,
        object_version=item.object_version,
        converting_since=_moment(item.converting_since),
        due_at=_moment(item.due_at),
        manifest=item.manifest,
        artifact_size=item.artifact_size,
        artifact_sha256=item.artifact_sha256,
        artifact_version=item.artifact_version,
        session_memory_bytes=item.session_memory_bytes,
        warnings=tuple(item.warnings or ()),
        error=item.error,
        aliases=frozenset(item.aliases or ()),
    )
