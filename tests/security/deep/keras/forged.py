"""Keras files forged from a small honest model: edited architectures, archives, HDF5 files."""

import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "torch"

import h5py
import keras

from deep.keras_files.reading import read
from inferx.input_hints import InputHints
from sandbox.formats import Format, detect

Edit = Callable[[dict[str, Any]], None]


def honest() -> Any:
    """Return a model of two layers."""
    layers = [keras.layers.Dense(3, name="first"), keras.layers.Dense(2, name="second")]
    return keras.Sequential([keras.layers.Input((4,)), *layers])


def members_of(folder: Path) -> dict[str, bytes]:
    """Return what the archive of the honest model holds."""
    path = folder / "honest.keras"
    honest().save(path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archived(folder: Path, members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> Path:
    """Write an archive and return its path."""
    path = folder / "source"
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def with_architecture(folder: Path, edit: Edit) -> Path:
    """Write the honest archive with an edited architecture."""
    members = members_of(folder)
    architecture = json.loads(members["config.json"])
    edit(architecture)
    return archived(folder, {**members, "config.json": json.dumps(architecture).encode()})


def with_layer(folder: Path, layer: dict[str, Any]) -> Path:
    """Write the honest archive with one more layer, as a file has it."""

    def edit(architecture: dict[str, Any]) -> None:
        architecture["config"]["layers"].insert(2, layer)

    return with_architecture(folder, edit)


def with_weights(folder: Path, edit: Callable[[h5py.File], None]) -> Path:
    """Write the honest archive with edited weights."""
    members = members_of(folder)
    weights = io.BytesIO(members["model.weights.h5"])
    with h5py.File(weights, "r+") as file:
        edit(file)
    return archived(folder, {**members, "model.weights.h5": weights.getvalue()})


@contextmanager
def hdf5(folder: Path) -> Iterator[h5py.File]:
    """Open the honest ``.h5`` file, named ``source``, to edit it."""
    honest().save(folder / "honest.h5")
    (folder / "honest.h5").rename(folder / "source")
    with h5py.File(folder / "source", "r+") as file:
        yield file


def read_source(path: Path) -> Any:
    """Read a file as the converter does."""
    found = detect(path)
    return read(path, Format.KERAS_ZIP if found is Format.ARCHIVE else found, InputHints())
