"""Reads a PyTorch file of any kind: by its content to the reader that takes it."""

from pathlib import Path

from deep.network import Network
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
    # Each has its own imports: a script needs none of what programs do.
    if found is Format.SAFETENSORS:
        from deep.torch_files.weights import check_safetensors  # noqa: PLC0415

        check_safetensors(source)
    if found in (Format.PYTORCH, Format.PYTORCH_LEGACY):
        from deep.torch_files import whole  # noqa: PLC0415

        return whole.read(source, found, hints)
    if found is Format.TORCHSCRIPT:
        from deep.torch_files import scripted  # noqa: PLC0415

        return scripted.read(source, hints)
    if found is Format.PYTORCH_EXPORT:
        from deep.torch_files import exported_program  # noqa: PLC0415

        return exported_program.read(source, hints)
    raise Refused("The file is no PyTorch model.")
