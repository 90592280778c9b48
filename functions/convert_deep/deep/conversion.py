"""Chooses the reader by the file's content, and makes of the network it reads a served model."""

from pathlib import Path

from deep.network import Network
from deep.serving import served
from inferx.errors import Refused
from sandbox.formats import Format, detect
from sandbox.job import Facts
from sandbox.job_request import JobRequest

_NOTHING = JobRequest()
_KERAS = (Format.KERAS_H5, Format.KERAS_ZIP)
_PYTORCH = (
    Format.PYTORCH,
    Format.PYTORCH_LEGACY,
    Format.TORCHSCRIPT,
    Format.PYTORCH_EXPORT,
    Format.SAFETENSORS,
)


def convert_source(source: Path, target: Path, request: JobRequest = _NOTHING) -> Facts:
    """Convert one uploaded file.

    Args:
        source: the file as uploaded.
        target: where the ONNX file goes.
        request: what its owner asks.

    Returns:
        the manifest's fields that only the file can show.

    Raises:
        Refused: the file cannot be served.
    """
    if request.part is not None:
        raise Refused(
            "The file holds one model and no parts to choose from: upload it again without part."
        )
    return served(_network(source, request), target, request)


def _network(source: Path, request: JobRequest) -> Network:
    found = detect(source)
    if found in _KERAS:
        from deep.keras_files.reading import read  # noqa: PLC0415  # each has its own imports

        return read(source, found, request.hints)
    if found in _PYTORCH:
        from deep.torch_files.reading import (  # noqa: PLC0415  # each has its own imports
            read as read_torch,
        )

        return read_torch(source, found, request.hints)
    raise Refused("The file is no Keras or PyTorch model.")
