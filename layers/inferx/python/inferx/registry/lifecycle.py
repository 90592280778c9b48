"""How a model's status moves: ``pending_upload`` → ``converting`` → ``ready`` or ``failed``.

Each move is one transaction on the condition that the model still is where it was, so that
events that come twice, late or in the wrong order change nothing.
"""

from datetime import timedelta
from enum import Enum

from inferx.clock import iso, now
from inferx.manifest import Manifest
from inferx.plans import plan_named
from inferx.registry import journal, quotas
from inferx.registry.names import TYPE_OF_FRAMEWORK
from inferx.registry.records import SETTLED, find, find_name, newest_ready_of
from inferx.storage.item_keys import name_pk, user_key
from inferx.storage.objects import Digest
from inferx.storage.tables.models import ModelItem, NameItem
from inferx.storage.transactions import Cancelled, Transaction, attempts

# Longer than the ingest function may run, shorter than SQS hides its message: whoever finds an
# older claim knows that its holder is dead.
_CLAIM_LIFETIME = timedelta(seconds=360)
# Three receives of the message and some waiting in the queue.
CONVERSION_LIFETIME = timedelta(hours=1)


class Claim(Enum):
    """Whose an uploaded object is to convert."""

    MINE = "convert it"
    BUSY = "another invocation is converting it"
    NOBODYS = "it belongs to no model that waits for it"


def claim(item: ModelItem, object_version: str, size: int) -> Claim:
    """Take an uploaded object for conversion, pinning the model to this version of it.

    Args:
        item: the model that it was uploaded for, as last read.
        object_version: S3's id of the object's version.
        size: in bytes; counted from now on.
    """
    for _ in attempts():
        if item.status == "pending_upload":
            transaction = _first_claim(item, object_version, size)
        elif item.status == "converting" and item.object_version == object_version:
            if str(item.converting_since) > iso(now() - _CLAIM_LIFETIME):
                return Claim.BUSY
            transaction = _later_claim(item)
        else:
            return Claim.NOBODYS
        try:
            transaction.commit()
        except Cancelled as cancelled:
            if user_key(item.owner_id) in cancelled.failed:
                fail(item, quotas.excess(quotas.find_user(item.owner_id), size=size).detail)
                return Claim.NOBODYS
            found = find(item.id)
            if found is None:
                return Claim.NOBODYS
            item = found
            continue
        return Claim.MINE
    return Claim.BUSY


def _first_claim(item: ModelItem, object_version: str, size: int) -> Transaction:
    moment = now()
    transaction = Transaction()
    transaction.update(
        ModelItem,
        item.pk,
        [
            ModelItem.status.set("converting"),
            ModelItem.object_version.set(object_version),
            ModelItem.file_size.set(size),
            ModelItem.counted_bytes.set(size),
            ModelItem.converting_since.set(iso(moment)),
            ModelItem.due_at.set(iso(moment + CONVERSION_LIFETIME)),
            ModelItem.updated_at.set(iso(moment)),
        ],
        ModelItem.status == "pending_upload",
    )
    growth = size - item.counted_bytes
    if growth > 0:
        plan = plan_named(quotas.find_user(item.owner_id).plan)
        quotas.charge(transaction, item.owner_id, plan, size=growth, models=0)
    elif growth < 0:
        quotas.refund(transaction, item.owner_id, size=-growth, models=0)
    return transaction


def _later_claim(item: ModelItem) -> Transaction:
    transaction = Transaction()
    transaction.update(
        ModelItem,
        item.pk,
        [ModelItem.converting_since.set(iso(now()))],
        (ModelItem.status == "converting") & (ModelItem.converting_since == item.converting_since),
    )
    return transaction


def fail(item: ModelItem, error: str) -> None:
    """Record that this will be no model, and give its bytes back.

    Args:
        item: the model.
        error: one sentence for the user.
    """
    for _ in attempts():
        found = find(item.id)
        if found is None or found.status in SETTLED:
            return
        transaction = Transaction()
        transaction.update(
            ModelItem,
            found.pk,
            [
                ModelItem.status.set("failed"),
                ModelItem.error.set(error),
                ModelItem.counted_bytes.set(0),
                ModelItem.updated_at.set(iso(now())),
                ModelItem.due_at.remove(),
                ModelItem.converting_since.remove(),
            ],
            (ModelItem.status == found.status) & (ModelItem.counted_bytes == found.counted_bytes),
        )
        quotas.refund(transaction, found.owner_id, size=found.counted_bytes, models=0)
        if transaction.commits():
            return


def make_ready(
    model_id: str, object_version: str, manifest: Manifest, sha256: str, artifact: Digest
) -> bool:
    """Record a conversion's success and let the name point here if nothing newer is ready.

    Args:
        model_id: the model.
        object_version: the version of the uploaded object that was converted.
        manifest: what the conversion says about it.
        sha256: of the uploaded file, in hex.
        artifact: the stored ``model.onnx``.

    Returns:
        Whether the model still waited for it; when not, its objects belong to nobody.
    """
    for _ in attempts():
        item = find(model_id)
        if item is None or item.status != "converting" or item.object_version != object_version:
            return False
        transaction = Transaction()
        _write_outcome(transaction, item, manifest, sha256, artifact)
        _point_to(transaction, item)
        if transaction.commits():
            return True
    return False


def _write_outcome(
    transaction: Transaction, item: ModelItem, manifest: Manifest, sha256: str, artifact: Digest
) -> None:
    transaction.update(
        ModelItem,
        item.pk,
        [
            ModelItem.status.set("ready"),
            ModelItem.sha256.set(sha256),
            ModelItem.manifest.set(manifest.to_dict()),
            ModelItem.artifact_size.set(artifact.size),
            ModelItem.artifact_sha256.set(artifact.sha256),
            ModelItem.artifact_version.set(artifact.version or "null"),
            ModelItem.session_memory_bytes.set(manifest.session.memory_bytes),
            ModelItem.warnings.set(_warnings(item, manifest)),
            ModelItem.updated_at.set(iso(now())),
            ModelItem.due_at.remove(),
            ModelItem.converting_since.remove(),
        ],
        (ModelItem.status == "converting")
        & (ModelItem.object_version == item.object_version)
        & (ModelItem.owner_name == item.owner_name)
        & (ModelItem.version == item.version),
    )


def _point_to(transaction: Transaction, item: ModelItem) -> None:
    name = find_name(item.owner_id, item.name)
    assert name is not None, "a name outlives its versions"
    actions = [
        NameItem.revision.add(1),
        NameItem.changed_on.set(journal.today(item.owner_id)),
    ]
    newest = newest_ready_of(name)
    if newest is None or newest["version"] < item.version:
        actions.append(NameItem.newest_ready.set({"id": item.id, "version": item.version}))
    transaction.update(
        NameItem, name_pk(item.owner_id, item.name), actions, NameItem.revision == name.revision
    )


def _warnings(item: ModelItem, manifest: Manifest) -> list[str]:
    told = list(manifest.warnings)
    if TYPE_OF_FRAMEWORK[manifest.framework] != item.model_type:
        told.insert(
            0,
            f"The model was declared as {item.model_type}, but the file holds a "
            f"{manifest.framework} model and is served as one.",
        )
    return told
