"""Asking the sandbox to convert one file, and believing nothing it says unchecked."""

from dataclasses import dataclass
from typing import Any

from inferx.entities.models import ModelVersion
from inferx.errors import Refused
from inferx.manifest import InvalidManifest, Manifest
from inferx.settings import settings
from inferx.storage import functions, objects
from inferx.storage.object_keys import model_key, upload_key

# A little longer than the conversion may take.
_URL_SECONDS = 330
_SENTENCE_LENGTH = 1_000
# What Lambda calls the end of a process that the file, most likely, brought about.
_EXHAUSTED = {"Sandbox.Timedout", "Runtime.ExitError", "Runtime.OutOfMemory"}


@dataclass(frozen=True)
class Converted:
    """A converted model: its checked manifest, and what lies in the bucket."""

    manifest: Manifest
    artifact: objects.Digest


def convert(model: ModelVersion) -> Converted:
    """Convert the object version that the model is pinned to.

    The sandbox gets two URLs, one to read that version and one to write ``model.onnx``, and runs
    in an environment that serves this owner alone.

    Raises:
        Refused: the file is no model or cannot be converted; the sentence says why.
        FunctionFailed: the sandbox broke for reasons of its own; try again.
        Unavailable: AWS does not answer now; try again.
    """
    result_key = model_key(model.owner_id, model.id)
    source_key = upload_key(model.owner_id, model.id, model.file_name)
    job = {
        "source_url": objects.presign_get(source_key, model.object_version, seconds=_URL_SECONDS),
        "result_url": objects.presign_put(result_key, seconds=_URL_SECONDS),
        "file_name": model.file_name,
        "file_size": model.file_size,
        "declared_type": model.model_type,
    }
    manifest = _manifest(_answer(job, model.owner_id))
    try:
        artifact = objects.digest(result_key, size=manifest.onnx_size)
    except objects.ObjectMissing:
        raise Refused("The conversion left no model.") from None
    if (artifact.size, artifact.sha256) != (manifest.onnx_size, manifest.onnx_sha256):
        raise Refused("The conversion left another model than it said.")
    return Converted(manifest, artifact)


def _answer(job: dict[str, Any], owner_id: str) -> Any:
    try:
        return functions.invoke(settings.convert_function, job, tenant=owner_id)
    except functions.FunctionFailed as failure:
        if failure.kind in _EXHAUSTED:
            raise Refused("The conversion took more time or memory than it may.") from failure
        raise


def _manifest(answer: Any) -> Manifest:
    if not isinstance(answer, dict):
        raise Refused("The conversion gave no answer.")
    if answer.get("status") == "refused":
        sentence = str(answer.get("error", ""))[:_SENTENCE_LENGTH]
        raise Refused(sentence or "The file cannot be converted.")
    try:
        return Manifest.from_dict(answer.get("manifest"))
    except InvalidManifest as error:
        raise Refused("The conversion gave no usable description of the model.") from error
