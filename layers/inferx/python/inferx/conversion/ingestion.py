"""What happens to each object that arrives under ``uploads/``."""

import json

from inferx.conversion import invocation
from inferx.errors import Refused, Unavailable
from inferx.registry import lifecycle, records
from inferx.registry.lifecycle import Claim
from inferx.storage import objects
from inferx.storage.functions import FunctionFailed
from inferx.storage.object_keys import manifest_key, model_prefix, parse_upload_key, upload_key
from inferx.storage.objects import StoredObject
from inferx.storage.tables.models import ModelItem

_OURS = "The file could not be converted for reasons of our own. Please upload it again."
# A DynamoDB item holds 400 KB; this leaves room for everything else in it.
_MANIFEST_BYTES = 300_000


def ingest(arrival: StoredObject, *, last_try: bool) -> None:
    """Convert the object if a model waits for it, and record the outcome.

    An object that is not what was agreed, or that no model waits for, is removed and changes
    nothing: S3 refuses the former by the form's policy, this is the second lock.

    Args:
        arrival: the object.
        last_try: whether no further attempt follows when this one fails.

    Raises:
        Unavailable, FunctionFailed: for reasons of ours; try again.
    """
    place = parse_upload_key(arrival.key)
    if place is None:
        return
    item = records.find(place.model_id)
    if item is None or item.owner_id != place.owner_id or _is_late(item, arrival):
        objects.delete_version(arrival.key, arrival.version)
        return
    sha256 = _agreed_sha256(item, arrival)
    if sha256 is None:
        if item.status == "pending_upload":
            objects.delete_version(arrival.key, arrival.version)
        return
    if lifecycle.claim(item, arrival.version, arrival.size) is Claim.MINE:
        _run(item.id, arrival, sha256, last_try=last_try)


def _is_late(item: ModelItem, arrival: StoredObject) -> bool:
    # Another object than the one that is, or was, converted; not an event that comes twice.
    return item.status != "pending_upload" and item.object_version != arrival.version


def _agreed_sha256(item: ModelItem, arrival: StoredObject) -> str | None:
    """Return the object's SHA-256 in hex, ``None`` unless it is the object that was agreed on."""
    if arrival.key != upload_key(item.owner_id, item.id, item.file_name):
        return None
    if item.file_size is not None and item.file_size != arrival.size:
        return None
    try:
        found = objects.digest(arrival.key, arrival.version)
    except objects.ObjectMissing:
        return None
    return found.sha256 if item.sha256 in (None, found.sha256) else None


def _run(model_id: str, arrival: StoredObject, sha256: str, *, last_try: bool) -> None:
    item = records.find(model_id)
    if item is None:
        return
    try:
        _convert_and_store(item, arrival, sha256)
    except Refused as refusal:
        _give_up(item, refusal.detail)
    except (Unavailable, FunctionFailed):
        if last_try:
            _give_up(item, _OURS)
        raise


def _convert_and_store(item: ModelItem, arrival: StoredObject, sha256: str) -> None:
    converted = invocation.invoke_converter(item, arrival.size)
    facts = converted.manifest.to_dict()
    if len(ModelItem.manifest.serialize(facts)) > _MANIFEST_BYTES:
        raise Refused("The model has more features or classes than can be kept.")
    objects.put(manifest_key(item.owner_id, item.id), json.dumps(facts).encode())
    waited = lifecycle.make_ready(
        item.id, arrival.version, converted.manifest, sha256, converted.artifact
    )
    if not waited:
        # Deleted while it was converted: what this run has made must not outlive it.
        objects.delete_all(model_prefix(item.owner_id, item.id))


def _give_up(item: ModelItem, error: str) -> None:
    lifecycle.fail(item, error)
    objects.delete_all(model_prefix(item.owner_id, item.id))
