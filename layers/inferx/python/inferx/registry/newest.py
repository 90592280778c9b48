"""Choosing the newest ready version of a name."""

from collections.abc import Iterable
from itertools import batched

from inferx.entities.models import ModelName, ModelVersion, Status, VersionPointer
from inferx.storage.models import model_names, queries, versions
from inferx.storage.transactions import Transaction

_BATCH = 10  # nearly always the first below is ready


def name_of(model: ModelVersion) -> ModelName:
    """Return a version's name, as it is now."""
    name = model_names.find(model.owner_id, model.name)
    assert name is not None, "a name outlives its versions"
    return name


def leave(transaction: Transaction, model: ModelVersion) -> None:
    """Count a version out of its name, which then means the next version that is ready.

    The name's revision guards the choice: a version that becomes ready in the meantime moves it,
    so that the transaction is cancelled and built again.
    """
    name = name_of(model)
    newest = name.newest_ready
    if newest is not None and newest.id == model.id:
        newest = newest_ready(model.owner_id, model.name, without=model.id)
    model_names.leave(transaction, name, newest)


def newest_ready(owner_id: str, name: str, *, without: str) -> VersionPointer | None:
    """Find a name's newest ready version by reading its versions.

    Args:
        owner_id: the name's owner.
        name: the name.
        without: the id of a version to pass over.
    """
    ids = queries.ids_of_name(owner_id, name, page_size=_BATCH)
    for batch in batched(ids, _BATCH, strict=False):
        found = versions.find_all(batch)
        best = among(model for model in found if model.id != without and model.name == name)
        if best is not None:
            return best
    return None


def among(models: Iterable[ModelVersion]) -> VersionPointer | None:
    """Return the newest ready one of these versions of a name."""
    ready = [model for model in models if model.status is Status.READY]
    if not ready:
        return None
    best = max(ready, key=lambda model: model.version)
    return VersionPointer(best.id, best.version)
