"""Ingesting each object that arrives under ``uploads/``: claiming, converting, recording.

What was recorded is announced last, so that the webhooks' queue holds up no conversion; where it
fails, the message comes again and finds nothing left but the announcement.
"""

import json
from contextlib import suppress
from dataclasses import replace

from inferx.conversion import invocation, waiting
from inferx.entities.models import ModelVersion, Status
from inferx.entities.objects import StoredObject
from inferx.errors import Refused, Unavailable
from inferx.manifest import MAX_WARNINGS, Manifest
from inferx.registry import announcing, claims, leftovers, lifecycle, records, turns
from inferx.registry.claims import Claim
from inferx.storage import objects
from inferx.storage.functions import FunctionFailed
from inferx.storage.models import versions
from inferx.storage.object_keys import (
    manifest_key,
    parse_upload_key,
    samples_prefix,
    upload_key,
)

_OURS = "The file could not be converted for reasons of our own. Please upload it again."
_GONE = "The uploaded file is no longer there. Please upload it again."
# A DynamoDB item holds 400 KB; this leaves room for everything else in it.
_MANIFEST_BYTES = 300_000
_NOT_SHOWN = (
    "The model has too many feature names to show them here; predictions take features by these "
    "names, or by position."
)

_TAKE_HINTS = ("keras", "pytorch")
_NO_HINTS = (
    "input_shape, input_dtype and input_kind are for Keras and PyTorch files; they changed "
    "nothing here."
)


def ingest(arrival: StoredObject, *, last_try: bool) -> None:
    """Convert the object if a version waits for it, and record the outcome.

    An object that is not what was agreed, or that no version waits for, is removed and changes
    nothing: S3 refuses the former by the form's policy, this is the second lock. One whose turn
    it is not, because other conversions of its owner run, is queued again.

    Args:
        arrival: the object.
        last_try: whether no further attempt follows when this one fails.

    Raises:
        Unavailable, FunctionFailed: for reasons of ours; try again.
    """
    place = parse_upload_key(arrival.key)
    if place is None:
        return
    model = records.find(place.model_id)
    if model is None or model.owner_id != place.owner_id:
        objects.delete_version(arrival.key, arrival.version)
        return
    _take_in(model, arrival, last_try=last_try)
    announcing.announce(model.id)


def _take_in(model: ModelVersion, arrival: StoredObject, *, last_try: bool) -> None:
    if _is_late(model, arrival):
        objects.delete_version(arrival.key, arrival.version)
        return
    sha256 = None
    if model.status is Status.PENDING_UPLOAD:  # and not each time that it asks for its turn
        sha256 = _agreed_sha256(model, arrival)
        if sha256 is None:
            objects.delete_version(arrival.key, arrival.version)
            return
    claim = claims.claim(model, arrival.version, arrival.size)
    if claim is Claim.WAITING:
        waiting.queue(model.owner_id, arrival, after=turns.ASKS_AGAIN)
    elif claim is Claim.GRANTED:
        try:
            _run(model.id, arrival, sha256, last_try=last_try)
        finally:
            waiting.end_turn(model)


def _is_late(model: ModelVersion, arrival: StoredObject) -> bool:
    # Another object than the one that is, or was, converted; not an event that comes twice.
    return model.status is not Status.PENDING_UPLOAD and model.object_version != arrival.version


def _agreed_sha256(model: ModelVersion, arrival: StoredObject) -> str | None:
    """Return the object's SHA-256 in hex; ``None`` when it is not the object agreed on."""
    if arrival.key != upload_key(model.owner_id, model.id, model.file_name):
        return None
    if model.file_size is not None and model.file_size != arrival.size:
        return None
    try:
        found = objects.digest(arrival.key, arrival.version)
    except objects.ObjectMissing:
        return None
    return found.sha256 if model.sha256 in (None, found.sha256) else None


def _sha256_of(model: ModelVersion, arrival: StoredObject) -> str:
    sha256 = _agreed_sha256(model, arrival)
    if sha256 is None:
        raise Refused(_GONE)
    return sha256


def _run(model_id: str, arrival: StoredObject, sha256: str | None, *, last_try: bool) -> None:
    model = records.find(model_id)
    if model is None:
        return
    try:
        _convert_and_store(model, arrival, sha256 or _sha256_of(model, arrival))
    except Refused as refusal:
        lifecycle.fail(model, refusal.detail)
    except (Unavailable, FunctionFailed):
        if last_try:
            lifecycle.fail(model, _OURS)
            announcing.announce(model.id)
        raise


def _convert_and_store(model: ModelVersion, arrival: StoredObject, sha256: str) -> None:
    converted = invocation.invoke_converter(model, arrival.size)
    recorded = _recorded(_with_warning(model, converted.manifest))
    facts = json.dumps(converted.manifest.to_dict()).encode()
    objects.put(manifest_key(model.owner_id, model.id), facts)
    waited = lifecycle.make_ready(model.id, arrival.version, recorded, sha256, converted.artifact)
    if waited and model.samples_size is not None:
        # The rows have served their purpose. Where this fails, the bucket's own rule removes them.
        with suppress(Unavailable):
            objects.delete_all(samples_prefix(model.owner_id, model.id))
    if not waited:
        # Deleted while it was converted: what this run has made must not outlive it.
        leftovers.discard(model.owner_id, model.id)


def _with_warning(model: ModelVersion, manifest: Manifest) -> Manifest:
    """Return the manifest with a warning if what was declared of the inputs had no effect."""
    if model.input_hints is None or manifest.framework in _TAKE_HINTS:
        return manifest
    if model.input_hints.image is not None and manifest.signature.images:
        return manifest
    return replace(manifest, warnings=(*manifest.warnings, _NO_HINTS)[-MAX_WARNINGS:])


def _recorded(manifest: Manifest) -> Manifest:
    """Return what the record keeps: everything, or all but the names of very many features.

    Predictions read the names from the ONNX file itself.

    Raises:
        Refused: for a description that is too large without them.
    """
    if _fits(manifest):
        return manifest
    shorter = replace(
        manifest,
        signature=manifest.signature.without_names(),
        warnings=(*manifest.warnings, _NOT_SHOWN)[-MAX_WARNINGS:],
    )
    if not _fits(shorter):
        raise Refused("The model has more classes, inputs or outputs than can be kept.")
    return shorter


def _fits(manifest: Manifest) -> bool:
    return versions.packed_size(manifest.to_dict()) <= _MANIFEST_BYTES
