"""How a conversion ends: ``converting`` → ``ready`` or ``failed``.

Each move is one transaction on the condition that the version still is where it was, so that
outcomes that come twice or late change nothing.
"""

from dataclasses import replace

from inferx.clock import now
from inferx.entities.models import ModelVersion, Status, VersionPointer
from inferx.manifest import Manifest
from inferx.registry import leftovers, newest
from inferx.registry.lifetimes import is_lost
from inferx.registry.names import TYPE_OF_FRAMEWORK
from inferx.registry.records import find
from inferx.storage import users
from inferx.storage.models import conversions, model_names
from inferx.storage.objects import Digest
from inferx.storage.transactions import Transaction, transact

_LOST = "The conversion did not finish. Please upload the file again."


def make_ready(
    model_id: str, object_version: str, manifest: Manifest, sha256: str, artifact: Digest
) -> bool:
    """Record a conversion's success, and let the name point here if nothing newer is ready.

    Args:
        model_id: the version.
        object_version: the version of the uploaded object that was converted.
        manifest: what the conversion says about it.
        sha256: of the uploaded file, in hex.
        artifact: the stored ``model.onnx``.

    Returns:
        Whether the version still waited for it; if not, its objects must be removed.
    """

    def build(transaction: Transaction) -> bool:
        model = find(model_id)
        if model is None or model.status is not Status.CONVERTING:
            return False
        if model.object_version != object_version:
            return False
        ready = _ready(model, manifest, sha256, artifact)
        conversions.record_ready(transaction, model, ready)
        name = newest.name_of(model)
        best = name.newest_ready
        if best is None or best.version < model.version:
            best = VersionPointer(model.id, model.version)
        model_names.point_newest(transaction, name, best)
        return True

    return transact(build)


def fail(model: ModelVersion, error: str) -> None:
    """Record that a conversion failed, give its bytes back and remove its objects.

    Objects of a version that is no longer there are removed, too.

    Args:
        model: the version, whose conversion the caller holds.
        error: one sentence for the user.

    Raises:
        Unavailable: the store does not respond; what was recorded stays, and objects that remain
            are removed by the next sweep.
    """

    def build(transaction: Transaction) -> bool:
        found = find(model.id)
        if found is not None and found.status is Status.READY:
            return False
        if found is None or found.status is Status.FAILED:
            leftovers.mark(transaction, model.owner_id, model.id, until=now())
        else:
            record_failure(transaction, found, error)
        return True

    if transact(build):
        leftovers.remove(model.owner_id, model.id)


def end_lost(model: ModelVersion) -> bool:
    """Fail a version whose conversion never came back, and mark its objects for removal.

    Returns:
        Whether it did; not when the conversion may still end.
    """

    def build(transaction: Transaction) -> bool:
        found = find(model.id)
        if found is None or not is_lost(found):
            return False
        record_failure(transaction, found, _LOST)
        return True

    return transact(build)


def record_failure(transaction: Transaction, model: ModelVersion, error: str) -> None:
    """Write that this will be no model, give its bytes back and mark its objects for removal.

    Args:
        transaction: the one to write in.
        model: the version as read, not settled.
        error: one sentence for the user.
    """
    moment = now()
    conversions.record_failed(transaction, model, error, moment)
    leftovers.mark(transaction, model.owner_id, model.id, until=moment)
    model_names.note_change(transaction, model.owner_id, model.name)
    users.refund(transaction, model.owner_id, size=model.counted_bytes, models=0)


def _ready(model: ModelVersion, manifest: Manifest, sha256: str, artifact: Digest) -> ModelVersion:
    return replace(
        model,
        status=Status.READY,
        sha256=sha256,
        manifest=manifest.to_dict(),
        artifact_size=artifact.size,
        artifact_sha256=artifact.sha256,
        artifact_version=artifact.version or "null",
        session_memory_bytes=manifest.session.memory_bytes,
        warnings=_warnings(model, manifest),
        updated_at=now(),
        due_at=None,
        converting_since=None,
    )


def _warnings(model: ModelVersion, manifest: Manifest) -> tuple[str, ...]:
    if TYPE_OF_FRAMEWORK[manifest.framework] == model.model_type:
        return tuple(manifest.warnings)
    declared_otherwise = (
        f"The model was declared as {model.model_type}, but the file holds a "
        f"{manifest.framework} model and is served as one."
    )
    return (declared_otherwise, *manifest.warnings)
