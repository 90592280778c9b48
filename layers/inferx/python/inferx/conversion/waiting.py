"""Files whose turn it is not: queued again, for later or because it has come."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from inferx.entities.models import ModelVersion, Status
from inferx.entities.objects import StoredObject
from inferx.errors import Unavailable
from inferx.registry import records, turns
from inferx.settings import settings
from inferx.storage.object_keys import upload_key
from inferx.storage.signed import queues

_NOW = timedelta()


def arrival_of(body: dict[str, Any]) -> StoredObject | None:
    """Return the object of a message that :func:`queue` wrote; ``None`` for any other's."""
    if "waiting" not in body:
        return None
    stored = body["waiting"]
    return StoredObject(str(stored["key"]), str(stored["version"]), int(stored["size"]))


def queue(owner_id: str, arrival: StoredObject, *, after: timedelta) -> None:
    """Have an object ingested again.

    Args:
        owner_id: whose it is.
        arrival: the object.
        after: how much later, up to 15 minutes.

    Raises:
        Unavailable: SQS did not take it.
    """
    stored = {"key": arrival.key, "version": arrival.version, "size": arrival.size}
    seconds = int(after.total_seconds())
    queues.send_json(
        settings.ingest_queue_url, {"waiting": stored}, delay_seconds=seconds, owner_id=owner_id
    )


def end_turn(model: ModelVersion) -> None:
    """End a conversion's turn and queue those whose turn it now is.

    Where that fails, the turn ends by itself, and each that waits asks again.
    """
    with suppress(Unavailable):
        ended = {model.id}
        while ended:
            following = turns.end(model.owner_id, ended)
            found = {model_id: records.find(model_id) for model_id in following}
            ended = {model_id for model_id, each in found.items() if not _waits(each)}
            for each in found.values():
                if each is not None and _waits(each):
                    queue(each.owner_id, _arrival(each), after=_NOW)


def _waits(model: ModelVersion | None) -> bool:
    return (
        model is not None and model.status is Status.CONVERTING and model.converting_since is None
    )


def _arrival(model: ModelVersion) -> StoredObject:
    # A version that waits is pinned to its object, size included.
    key = upload_key(model.owner_id, model.id, model.file_name)
    return StoredObject(key, model.object_version or "null", model.file_size or 0)
