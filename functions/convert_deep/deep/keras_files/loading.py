"""Builds a model of a checked architecture and gives it the file's weights."""

from pathlib import Path
from typing import Any

import h5py
import keras
from keras.src.saving import saving_lib, serialization_lib

from deep.keras_files.functions import FUNCTIONS
from deep.keras_files.legacy_weights import load_legacy_weights
from deep.keras_files.memory import memory_errors
from inferx.errors import Refused


def built(architecture: dict[str, Any]) -> Any:
    """Return a model of an architecture that :mod:`deep.keras_files.architecture` rebuilt.

    Raises:
        Refused: Keras cannot build it.
    """
    try:
        with memory_errors(), keras.saving.custom_object_scope(dict(FUNCTIONS)):
            return serialization_lib.deserialize_keras_object(architecture, safe_mode=True)
    except (Refused, MemoryError):
        raise
    except Exception as failure:
        raise Refused(
            f"Keras {keras.__version__} cannot build the file's model "
            f"({type(failure).__name__}: {_line(failure)}). Load it where it was saved and save "
            "it again with a newer Keras."
        ) from failure


def load_weights(model: Any, weights: Path) -> None:
    """Load what ``.keras`` archives hold: an HDF5 file with one group for each layer.

    Raises:
        Refused: the weights are not those of the model.
    """
    try:
        saving_lib.load_weights_only(model, str(weights))
    except (Refused, MemoryError):
        raise
    except Exception as failure:
        raise _other_weights(failure) from failure


def load_weights_in_order(model: Any, file: h5py.File) -> None:
    """Load what ``.h5`` files hold: lists of weights, in the order of the layers.

    Raises:
        Refused: the weights are not those of the model.
    """
    try:
        load_legacy_weights(file.get("model_weights", file), model)
    except (Refused, MemoryError):
        raise
    except Exception as failure:
        raise _other_weights(failure) from failure


def _other_weights(failure: Exception) -> Refused:
    return Refused(
        f"The file's weights do not fit its architecture ({_line(failure)}): save the model "
        "again and upload that file."
    )


def _line(failure: Exception) -> str:
    return " ".join(str(failure).split())[:100]
