"""Invokes the converter for one file, and believes nothing that it returns unchecked."""

from dataclasses import dataclass

from inferx.conversion.contract import (
    ConversionRefused,
    ConversionRequest,
    DeepNetwork,
    Outcome,
    parse_outcome,
)
from inferx.entities.models import ModelVersion
from inferx.errors import Refused
from inferx.manifest import Malformed, Manifest
from inferx.settings import settings
from inferx.storage import functions, objects
from inferx.storage.object_keys import model_key, samples_key, upload_key

# A little longer than the conversion may take.
_URL_SECONDS = 330
# How Lambda names the end of a process that the file, most likely, brought about.
_EXHAUSTED = {"Sandbox.Timedout", "Runtime.ExitError", "Runtime.OutOfMemory"}


@dataclass(frozen=True)
class ConvertedModel:
    """A converted model: its checked manifest, and what lies in the bucket."""

    manifest: Manifest
    artifact: objects.Digest


def invoke_converter(model: ModelVersion, size: int) -> ConvertedModel:
    """Have the object version converted that the model is pinned to.

    The converter gets URLs to read that version, to read the owner's own rows, if there are any,
    and to write ``model.onnx``, and runs in an environment that serves this owner alone.

    Args:
        model: the model version.
        size: of the object version, in bytes.

    Raises:
        Refused: the file is no model or cannot be converted; the sentence gives the reason.
        FunctionFailed: the converter broke for reasons of its own; try again.
        Unavailable: AWS does not respond now; try again.
    """
    result_key = model_key(model.owner_id, model.id)
    source_key = upload_key(model.owner_id, model.id, model.file_name)
    request = ConversionRequest(
        source_url=objects.presign_get(source_key, model.object_version, seconds=_URL_SECONDS),
        source_size=size,
        result_url=objects.presign_put(result_key, seconds=_URL_SECONDS),
        part=model.part,
        samples_url=_samples_url(model),
        samples_size=model.samples_size,
        input_hints=model.input_hints,
    )
    outcome = _outcome(request, model.owner_id)
    if isinstance(outcome, ConversionRefused):
        raise Refused(outcome.detail)
    if isinstance(outcome, DeepNetwork):
        raise Refused(outcome.advice)
    manifest = outcome.manifest
    try:
        artifact = objects.digest(result_key, size=manifest.onnx_size)
    except objects.ObjectMissing:
        raise Refused("The conversion left no model.") from None
    if (artifact.size, artifact.sha256) != (manifest.onnx_size, manifest.onnx_sha256):
        raise Refused("The conversion left another model than it described.")
    return ConvertedModel(manifest, artifact)


def _samples_url(model: ModelVersion) -> str | None:
    if model.samples_size is None:
        return None
    key = samples_key(model.owner_id, model.id)
    return objects.presign_get(key, None, seconds=_URL_SECONDS)


def _outcome(request: ConversionRequest, owner_id: str) -> Outcome:
    try:
        returned = functions.invoke(settings.convert_function, request.to_dict(), tenant=owner_id)
    except functions.FunctionFailed as failure:
        if failure.kind in _EXHAUSTED:
            raise Refused("The conversion took more time or memory than it may.") from failure
        raise
    try:
        return parse_outcome(returned)
    except Malformed as error:
        raise Refused("The conversion gave no usable description of the model.") from error
