"""Reads a PyTorch file of any kind: by its content to the reader that takes it."""

from collections.abc import Callable
from pathlib import Path

from deep.network import Network
from deep.torch_files.silence import quiet
from inferx.errors import Refused
from inferx.input_hints import InputHints
from sandbox.formats import Format


def read(source: Path, found: Format, hints: InputHints) -> Network:
    """Read a PyTorch file as a network in inference mode.

    Args:
        source: the file.
        found: which kind its content shows.
        hints: what its owner declares of the inputs.

    Raises:
        Refused: it cannot be served, saying why and what to do.
    """
    with quiet():
        return _reader(found)(source, hints)


def _reader(found: Format) -> Callable[[Path, InputHints], Network]:
    """Return the reader of a format; each has its own imports."""
    if found is Format.SAFETENSORS:
        from deep.torch_files.weights import refuse_safetensors  # noqa: PLC0415

        return refuse_safetensors
    if found is Format.PYTORCH:
        from deep.torch_files.whole import read as read_module  # noqa: PLC0415

        return read_module
    if found is Format.PYTORCH_LEGACY:
        from deep.torch_files.whole import read_legacy  # noqa: PLC0415

        return read_legacy
    if found is Format.TORCHSCRIPT:
        from deep.torch_files.scripted import read as read_script  # noqa: PLC0415

        return read_script
    if found is Format.PYTORCH_EXPORT:
        from deep.torch_files.exported_program import read as read_program  # noqa: PLC0415

        return read_program
    raise Refused("The file is no PyTorch model.")
