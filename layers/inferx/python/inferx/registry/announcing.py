"""Events about models: one for each version whose conversion has ended."""

from typing import Any

from inferx.clock import iso
from inferx.entities.models import ModelVersion, Status
from inferx.entities.webhooks import EventType
from inferx.registry.records import find
from inferx.webhooks import publishing


def announce(model_id: str) -> None:
    """Publish that a version is ready or has failed; for one that is neither, do nothing.

    Publishing it again changes nothing, so it is called wherever a conversion may have ended.

    Raises:
        Unavailable: AWS does not respond; call again.
    """
    model = find(model_id)
    if model is None or not model.status.is_settled:
        return
    if publishing.has_endpoints(model.owner_id):
        is_ready = model.status is Status.READY
        event: EventType = "model.ready" if is_ready else "model.failed"
        publishing.publish(model.owner_id, event, model.id, facts(model))


def facts(model: ModelVersion) -> dict[str, Any]:
    """Return what an event has of a model; the rest is to be had by its id."""
    return {
        "id": model.id,
        "name": model.name,
        "version": model.version,
        "model_type": model.model_type,
        "status": model.status,
        "created_at": iso(model.created_at),
        "updated_at": iso(model.updated_at),
        "error": model.error,
    }
