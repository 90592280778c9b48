"""Models put straight into the table and the bucket, as the registry and ingestion leave them."""

import hashlib
from typing import Any

from inferx.clock import iso, now
from inferx.ids import new_id
from inferx.settings import settings
from inferx.storage import aws
from inferx.storage.item_keys import model_pk, name_pk, owner_name_key
from inferx.storage.object_keys import model_key
from inferx.storage.tables.models import ModelItem, NameItem


def store(
    owner_id: str, content: bytes | None, *, name: str = "iris", version: int = 1, **changes: Any
) -> str:
    """Store a model version, ready unless changed.

    Args:
        owner_id: its owner.
        content: the ONNX file; ``None`` for one that is missing from the bucket.
        name: its name.
        version: its number under that name.
        changes: other attributes of the record.

    Returns:
        Its id.
    """
    model_id = new_id()
    usual: dict[str, Any] = {
        "status": "ready",
        "artifact_sha256": hashlib.sha256(content or b"").hexdigest(),
        "artifact_size": len(content or b""),
        "session_memory_bytes": 1_000_000,
    }
    ModelItem(
        model_pk(model_id),
        id=model_id,
        owner_id=owner_id,
        owner_name=owner_name_key(owner_id, name),
        name=name,
        version=version,
        model_type="sklearn",
        file_name="model.pkl",
        created_at=iso(now()),
        updated_at=iso(now()),
        **(usual | changes),
    ).save()
    if content is not None:
        key = model_key(owner_id, model_id)
        aws.s3().put_object(Bucket=settings.bucket, Key=key, Body=content)
    return model_id


def point(
    owner_id: str,
    newest: tuple[str, int] | None,
    *,
    name: str = "iris",
    aliases: dict[str, tuple[str, int]] | None = None,
) -> None:
    """Have a name point to versions, each given by id and number."""
    NameItem(
        name_pk(owner_id, name),
        last_version=newest[1] if newest else 1,
        version_count=1,
        newest_ready=_pointer(newest) if newest else None,
        aliases={alias: _pointer(target) for alias, target in (aliases or {}).items()} or None,
        changed_on="2026-11-23",
    ).save()


def delete(model_id: str) -> None:
    """Remove a version's record, as the registry does first when it deletes one."""
    ModelItem.get(model_pk(model_id)).delete()


def _pointer(target: tuple[str, int]) -> dict[str, Any]:
    return {"id": target[0], "version": target[1]}
