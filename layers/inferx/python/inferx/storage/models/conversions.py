"""A version's conversion: claimed by one invocation, taken over from a dead one, ended."""

from datetime import datetime

from inferx.clock import iso
from inferx.entities.models import ModelVersion, Status
from inferx.storage.item_keys import model_pk
from inferx.storage.models.version_items import (
    has_name_of,
    is_in_status_of,
    set_or_remove,
    time_of,
)
from inferx.storage.tables.models import ModelItem
from inferx.storage.transactions import Transaction


def claim(transaction: Transaction, model: ModelVersion, claimed: ModelVersion) -> None:
    """Start a version's first conversion, pinning it to one uploaded object.

    Stale when the version has been changed in the meantime.

    Args:
        transaction: the one that counts the bytes that arrived.
        model: the version as read, waiting for its file.
        claimed: the version as it is from then on.
    """
    actions = [
        ModelItem.status.set(Status.CONVERTING),
        set_or_remove(ModelItem.object_version, claimed.object_version),
        set_or_remove(ModelItem.file_size, claimed.file_size),
        ModelItem.counted_bytes.set(claimed.counted_bytes),
        set_or_remove(ModelItem.converting_since, time_of(claimed.converting_since)),
        set_or_remove(ModelItem.due_at, time_of(claimed.due_at)),
        ModelItem.updated_at.set(iso(claimed.updated_at)),
    ]
    condition = (ModelItem.status == Status.PENDING_UPLOAD) & (
        ModelItem.counted_bytes == model.counted_bytes
    )
    transaction.update(ModelItem, model_pk(model.id), actions, condition)


def take_over_claim(transaction: Transaction, model: ModelVersion, since: datetime) -> None:
    """Start a version's conversion anew; stale when another invocation has done so."""
    actions = [ModelItem.converting_since.set(iso(since))]
    transaction.update(ModelItem, model_pk(model.id), actions, is_in_status_of(model))


def wait(transaction: Transaction, model: ModelVersion, until: datetime) -> None:
    """Leave a version's conversion to a later claim; stale when another one has claimed it."""
    actions = [ModelItem.due_at.set(iso(until)), ModelItem.converting_since.remove()]
    transaction.update(ModelItem, model_pk(model.id), actions, is_in_status_of(model))


def record_ready(transaction: Transaction, model: ModelVersion, ready: ModelVersion) -> None:
    """Record what a conversion made of a version.

    Stale when the version was renamed, or its conversion ended, in the meantime.

    Args:
        transaction: the one that lets the name point here.
        model: the version as read, converting.
        ready: the version as it is from then on.
    """
    actions = [
        ModelItem.status.set(Status.READY),
        set_or_remove(ModelItem.sha256, ready.sha256),
        set_or_remove(ModelItem.manifest, None if ready.manifest is None else dict(ready.manifest)),
        set_or_remove(ModelItem.artifact_size, ready.artifact_size),
        set_or_remove(ModelItem.artifact_sha256, ready.artifact_sha256),
        set_or_remove(ModelItem.artifact_version, ready.artifact_version),
        set_or_remove(ModelItem.session_memory_bytes, ready.session_memory_bytes),
        ModelItem.warnings.set(list(ready.warnings)),
        ModelItem.updated_at.set(iso(ready.updated_at)),
        ModelItem.due_at.remove(),
        ModelItem.converting_since.remove(),
    ]
    condition = (
        (ModelItem.status == Status.CONVERTING)
        & (ModelItem.object_version == model.object_version)
        & has_name_of(model)
    )
    transaction.update(ModelItem, model_pk(model.id), actions, condition)


def record_failed(
    transaction: Transaction, model: ModelVersion, error: str, moment: datetime
) -> None:
    """Record why there will be no model, which counts no bytes from then on.

    Stale when the version's status, claim, name or size has changed in the meantime.

    Args:
        transaction: the one that gives the bytes back.
        model: the version as read, not settled.
        error: one sentence for the user.
        moment: when that was found out.
    """
    actions = [
        ModelItem.status.set(Status.FAILED),
        ModelItem.error.set(error),
        ModelItem.counted_bytes.set(0),
        ModelItem.updated_at.set(iso(moment)),
        ModelItem.due_at.remove(),
        ModelItem.converting_since.remove(),
    ]
    condition = (
        is_in_status_of(model)
        & has_name_of(model)
        & (ModelItem.counted_bytes == model.counted_bytes)
    )
    transaction.update(ModelItem, model_pk(model.id), actions, condition)
