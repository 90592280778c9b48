"""Invokes the converters for one file, and believes nothing that they return unchecked.

``convert`` reads every file first; it hands those of Keras and PyTorch on to ``convert_deep``.
"""

from dataclasses import dataclass

from inferx import deadline
from inferx.conversion.contract import (
    ConversionRefused,
    ConversionRequest,
    Converted,
    DeepNetwork,
    Outcome,
    parse_outcome,
)
from inferx.entities.models import ModelVersion
from inferx.errors import Refused, Unavailable
from inferx.manifest import Malformed, Manifest
from inferx.settings import settings
from inferx.storage import functions, objects
from inferx.storage.object_keys import model_key, samples_key, upload_key
from inferx.untrusted import MAX_TEXT

URL_SECONDS = 330
"""How long a converter's URLs are good: a little longer than it may take."""

HANDED_ON_SECONDS = 320
"""What has to be left for the second converter, its 300 s and recording what it returned."""

# How Lambda names the end of a process that the file, most likely, brought about.
_EXHAUSTED = {"Sandbox.Timedout", "Runtime.ExitError", "Runtime.OutOfMemory"}
_UNUSABLE = "The conversion gave no usable description of the model."
_NO_DEEP_CONVERTER = (
    "This service has no converter for Keras and PyTorch files; its operator adds one with "
    "`make deploy-image`."
)


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
    outcome = _outcome(settings.convert_function, model, size)
    if isinstance(outcome, DeepNetwork):
        outcome = _deep_outcome(outcome.advice, model, size)
    if isinstance(outcome, ConversionRefused):
        raise Refused(outcome.detail)
    result_key = model_key(model.owner_id, model.id)
    manifest = outcome.manifest
    try:
        artifact = objects.digest(result_key, size=manifest.onnx_size)
    except objects.ObjectMissing:
        raise Refused("The conversion left no model.") from None
    if (artifact.size, artifact.sha256) != (manifest.onnx_size, manifest.onnx_sha256):
        raise Refused("The conversion left another model than it described.")
    return ConvertedModel(manifest, artifact)


def _deep_outcome(advice: str, model: ModelVersion, size: int) -> Converted | ConversionRefused:
    if not settings.convert_deep_function:
        return ConversionRefused(f"{_NO_DEEP_CONVERTER} {advice}"[:MAX_TEXT])
    if deadline.remaining(HANDED_ON_SECONDS) < HANDED_ON_SECONDS:
        raise Unavailable  # the first one was slow to start, and will be ready next time
    outcome = _outcome(settings.convert_deep_function, model, size)
    if isinstance(outcome, DeepNetwork):
        raise Refused(_UNUSABLE)
    return outcome


def _request(model: ModelVersion, size: int) -> ConversionRequest:
    source_key = upload_key(model.owner_id, model.id, model.file_name)
    result_key = model_key(model.owner_id, model.id)
    return ConversionRequest(
        source_url=objects.presign_get(source_key, model.object_version, seconds=URL_SECONDS),
        source_size=size,
        result_url=objects.presign_put(result_key, seconds=URL_SECONDS),
        part=model.part,
        samples_url=_samples_url(model),
        samples_size=model.samples_size,
        input_hints=model.input_hints,
    )


def _samples_url(model: ModelVersion) -> str | None:
    if model.samples_size is None:
        return None
    key = samples_key(model.owner_id, model.id)
    return objects.presign_get(key, None, seconds=URL_SECONDS)


def _outcome(converter: str, model: ModelVersion, size: int) -> Outcome:
    # Each converter gets URLs of its own, whose time begins with it.
    request = _request(model, size).to_dict()
    try:
        returned = functions.invoke(converter, request, tenant=model.owner_id)
    except functions.FunctionFailed as failure:
        if failure.kind in _EXHAUSTED:
            raise Refused("The conversion took more time or memory than it may.") from failure
        raise
    try:
        return parse_outcome(returned)
    except Malformed as error:
        raise Refused(_UNUSABLE) from error
