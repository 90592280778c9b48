"""Finding models and names, and who may see them."""

import time
from typing import Any

from inferx.errors import Forbidden, NotFound
from inferx.identity.principal import Principal
from inferx.ids import is_id
from inferx.storage.item_keys import model_pk, name_pk
from inferx.storage.tables.models import ModelItem, NameItem

SETTLED = frozenset({"ready", "failed"})


def find(model_id: str) -> ModelItem | None:
    """The model with this id, read consistently; ``None`` when there is none."""
    if not is_id(model_id):
        return None
    try:
        return ModelItem.get(model_pk(model_id), consistent_read=True)
    except ModelItem.DoesNotExist:
        return None


def owned(principal: Principal, model_id: str) -> ModelItem:
    """The caller's own model.

    Raises:
        NotFound: there is no such model.
        Forbidden: it is another user's.
    """
    item = find(model_id)
    if item is None:
        raise NotFound("Model not found")
    if item.owner_id != principal.user_id:
        raise Forbidden("You do not have permission to access this model")
    return item


def find_name(owner_id: str, name: str) -> NameItem | None:
    """The owner's name, read consistently; ``None`` when it was never given to a model."""
    try:
        return NameItem.get(name_pk(owner_id, name), consistent_read=True)
    except NameItem.DoesNotExist:
        return None


def aliases_of(item: NameItem) -> dict[str, dict[str, Any]]:
    """Each alias of the name and the ``{"id", "version"}`` that it means."""
    return item.aliases.as_dict() if item.aliases else {}


def newest_ready_of(item: NameItem) -> dict[str, Any] | None:
    """The ``{"id", "version"}`` of the name's newest ready version."""
    return item.newest_ready.as_dict() if item.newest_ready else None


def wait_until_settled(item: ModelItem, seconds: float) -> ModelItem:
    """Hold until the model is ready or failed, or the time is over.

    Args:
        item: the model as last read.
        seconds: how long to wait at most.

    Raises:
        NotFound: it was deleted meanwhile.
    """
    end = time.monotonic() + seconds
    pause = 0.1
    while item.status not in SETTLED and time.monotonic() + pause < end:
        time.sleep(pause)
        pause = min(pause * 1.5, 1.0)
        found = find(item.id)
        if found is None:
            raise NotFound("Model not found")
        item = found
    return item
