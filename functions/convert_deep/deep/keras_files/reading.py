"""Reads a Keras file: its container is checked before Keras is imported, its architecture rebuilt.

Keras runs on its PyTorch backend, and no TensorFlow is there.
"""

import os
import re
from pathlib import Path
from typing import Any

import h5py

from deep.keras_files.archive import CONFIG, METADATA, unpack
from deep.keras_files.bounded_json import parse
from deep.keras_files.hdf5 import check_hdf5
from deep.keras_files.refusals import WEIGHTS_ONLY
from deep.network import Network
from inferx.errors import Refused
from inferx.input_hints import InputHints
from sandbox.formats import Format

_OLD, _NEW = "2", "3"
_MIXED = ("mixed_float16", "mixed_bfloat16")
_IN_FLOAT32 = (
    "The model was made in mixed precision: its weights are float32, and it is served in float32 "
    "throughout."
)
_RELEASE = re.compile(r"[1-9](\.[0-9]{1,5}){0,2}", re.ASCII)


def read(source: Path, found: Format, hints: InputHints) -> Network:
    """Return the network that a Keras file holds.

    Args:
        source: the file; others are written beside it.
        found: what it is by its content.
        hints: what its owner says about its inputs.

    Raises:
        Refused: it cannot be served, saying why and what to do.
    """
    os.environ["KERAS_BACKEND"] = "torch"
    if found is Format.KERAS_ZIP:
        return _read_archive(source, hints)
    return _read_hdf5(source, hints)


def _read_archive(source: Path, hints: InputHints) -> Network:
    weights = source.with_name("network.weights.h5")
    texts = unpack(source, weights)
    architecture = parse(texts[CONFIG], "architecture")
    version = _version(parse(texts[METADATA], "metadata").get("keras_version"), _NEW)
    with _opened(weights) as file:
        check_hdf5(file)
    model = _built(architecture, version, hints)
    from deep.keras_files.loading import load_weights  # noqa: PLC0415  # imports Keras

    load_weights(model, weights)
    weights.unlink()
    return _network(model, version, hints, texts[CONFIG].decode("utf-8", "replace"))


def _read_hdf5(source: Path, hints: InputHints) -> Network:
    with _opened(source) as file:
        check_hdf5(file)
        if "model_config" not in file.attrs:
            raise Refused(_without_architecture(file))
        text = _text(file.attrs["model_config"])
        architecture = parse(text, "architecture")
        version = _version(file.attrs.get("keras_version", _OLD))
        model = _built(architecture, version, hints)
        from deep.keras_files.loading import load_weights_in_order  # noqa: PLC0415  # as above

        load_weights_in_order(model, file)
    return _network(model, version, hints, text)


def _built(architecture: dict[str, Any], version: str, hints: InputHints) -> Any:
    from deep.keras_files.architecture import rebuilt  # noqa: PLC0415  # imports Keras
    from deep.keras_files.inputs import with_inputs  # noqa: PLC0415
    from deep.keras_files.loading import built  # noqa: PLC0415

    checked = rebuilt(architecture, old=int(version.split(".", maxsplit=1)[0]) < 3)
    return built(with_inputs(checked, hints))


def _network(model: Any, version: str, hints: InputHints, text: str) -> Network:
    from deep.keras_files.networks import network_of  # noqa: PLC0415  # imports Keras

    mixed = any(f'"{policy}"' in text for policy in _MIXED)
    return network_of(model, version, hints, [_IN_FLOAT32] if mixed else [])


def _opened(path: Path) -> h5py.File:
    try:
        return h5py.File(path, "r")
    except OSError as fault:
        raise Refused(
            "The HDF5 file is damaged and cannot be opened: save the model again and upload that "
            "file."
        ) from fault


def _without_architecture(file: h5py.File) -> str:
    keras = {"layers", "_layer_checkpoint_dependencies", "layer_names", "vars"}
    if keras & (set(file) | set(file.attrs)):
        return WEIGHTS_ONLY
    return (
        "The HDF5 file holds no Keras model: it has no 'model_config'. If it is one's weights, "
        "load them into the model in Python and upload what model.save('model.keras') writes."
    )


def _text(value: Any) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return text if isinstance(text, str) else ""


def _version(value: Any, default: str = _OLD) -> str:
    """Return a release as text, only digits and points: it is shown."""
    numbers = _RELEASE.match(_text(value))
    return numbers[0] if numbers else default
