"""Files written by Keras in a test, and converted as an upload is."""

import shutil
from pathlib import Path
from typing import Any

from deep.keras_files.reading import read
from deep.network import Network
from deep.serving import served
from inferx.input_hints import InputHints
from sandbox.formats import detect
from sandbox.job_request import JobRequest

NO_HINTS = InputHints()


def saved(model: Any, folder: Path, ending: str = ".keras") -> Path:
    """Save a model and return its path."""
    path = folder / f"saved{ending}"
    model.save(path)
    return path


def network_in(path: Path, folder: Path, hints: InputHints = NO_HINTS) -> Network:
    """Read a copy of a file, in a folder where the reader may write."""
    source = folder / "source"
    shutil.copyfile(path, source)
    return read(source, detect(source), hints)


def converted(
    path: Path, folder: Path, hints: InputHints = NO_HINTS
) -> tuple[Network, dict[str, Any]]:
    """Convert a file to ``model.onnx`` in a folder; return its network and the facts."""
    network = network_in(path, folder, hints)
    return network, served(network, folder / "model.onnx", JobRequest())
