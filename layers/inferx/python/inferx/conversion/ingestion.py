"""What happens to each object that arrives under ``uploads/``."""

import json
from dataclasses import dataclass

from inferx.conversion import sandbox
from inferx.errors import Refused, Unavailable
from inferx.registry import lifecycle, records
from inferx.registry.lifecycle import Claim
from inferx.storage import objects
from inferx.storage.functions import FunctionFailed
from inferx.storage.keys import manifest_key, model_prefix, parse_upload_key, upload_key
from inferx.storage.tables.models import ModelItem

_OURS = "The file could not be converted for reasons of our own. Please upload it again."
# A DynamoDB item holds 400 KB; this leaves room for everything else in it.
_MANIFEST_BYTES = 300_000


@dataclass(frozen=True)
class Arrival:
    """One object that S3 says it has stored: its key, its version's id, its size in bytes."""

    key: str
    version: str
    size: int


def ingest(arrival: Arrival, *, last_try: bool) -> None:
    """Convert the object if a model waits for it, and record the outcome.

    Args:
        arrival: the object.
        last_try: whether nobody will try again when this fails.

    Raises:
        Unavailable, FunctionFailed: for reasons of ours; try again.
    """
    place = parse_upload_key(arrival.key)
    if place is None:
        return
    claim = lifecycle.claim(place.model_id, place.owner_id, arrival.version, arrival.size)
    if claim is Claim.NOBODYS and not _is_pinned(place.model_id, arrival):
        objects.delete_version(arrival.key, arrival.version)
    item = records.find(place.model_id) if claim is Claim.MINE else None
    if item is None:
        return
    try:
        _convert(item, arrival)
    except Refused as refusal:
        _give_up(item, refusal.detail)
    except (Unavailable, FunctionFailed):
        if last_try:
            _give_up(item, _OURS)
        raise


def _is_pinned(model_id: str, arrival: Arrival) -> bool:
    # A late second event for the very object that was converted: it stays where it is.
    item = records.find(model_id)
    return item is not None and item.object_version == arrival.version


def _convert(item: ModelItem, arrival: Arrival) -> None:
    sha256 = _checked_upload(item, arrival)
    converted = sandbox.convert(item)
    text = json.dumps(converted.manifest.to_dict())
    if len(ModelItem.manifest.serialize(json.loads(text))) > _MANIFEST_BYTES:
        raise Refused("The model has more features or classes than can be kept.")
    objects.put(manifest_key(item.owner_id, item.id), text.encode())
    waited = lifecycle.make_ready(
        item.id, arrival.version, converted.manifest, sha256, converted.artifact
    )
    if not waited:
        # Deleted while it was converted: what this run has made must not outlive it.
        objects.delete_all(model_prefix(item.owner_id, item.id))


def _checked_upload(item: ModelItem, arrival: Arrival) -> str:
    key = upload_key(item.owner_id, item.id, item.file_name)
    if arrival.key != key:
        raise Refused("The file was uploaded under another name than was agreed.")
    try:
        found = objects.digest(key, arrival.version)
    except objects.ObjectMissing:
        raise Refused("The uploaded file is gone.") from None
    if item.sha256 is not None and item.sha256 != found.sha256:
        raise Refused(
            f"The uploaded file has the SHA-256 {found.sha256}, not {item.sha256} as agreed."
        )
    return found.sha256


def _give_up(item: ModelItem, error: str) -> None:
    lifecycle.fail(item, error)
    objects.delete_all(model_prefix(item.owner_id, item.id))
