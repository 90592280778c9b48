"""What may stand in an architecture: derived from the installed Keras, minus what is no arithmetic.

Imports Keras: only once its backend is chosen (:mod:`deep.keras_files.reading`).
"""

import inspect
from types import ModuleType
from typing import Any

import keras
from keras.src.ops import core, image, linalg, math, nn, numpy
from keras.src.ops.operation import Operation

from deep.keras_files.refusals import NO_ARITHMETIC

MODELS = ("Functional", "Model", "Sequential")
"""The classes of whole models, which may also be layers of another."""

_OF_CORE = ("Cast", "ConvertToTensor", "SaturateCast", "Slice", "StopGradient", "Unstack")
"""The operations of ``keras.ops.core`` that hold no function of the author's."""

# Not one value for each row, gradients, and losses: nothing that a served network predicts with.
_UNSERVED = {"JVP", "CTCLoss", "CTCDecode", "Nonzero", "Unique", "Layer", "Wrapper", "Operation"}


def _classes(module: ModuleType, base: type) -> dict[str, type]:
    return {
        name: found
        for name, found in vars(module).items()
        if inspect.isclass(found) and issubclass(found, base) and name not in _UNSERVED
    }


LAYERS: dict[str, type] = {
    name: found
    for name, found in _classes(keras.layers, keras.layers.Layer).items()
    if name not in NO_ARITHMETIC
}
"""Keras's own layers and cells that may be loaded, by the name of their class."""

ACTIVATIONS: frozenset[str] = frozenset(
    name
    for name, found in vars(keras.activations).items()
    if inspect.isfunction(found) and name not in ("deserialize", "get", "serialize")
)
"""The names of Keras's own activations."""

OPERATIONS: dict[str, type] = {
    f"{module.__name__}.{name}": found
    for module in (image, linalg, math, nn, numpy, core)
    for name, found in _classes(module, Operation).items()
    if found.__module__ == module.__name__ and (module is not core or name in _OF_CORE)
}
"""Keras's operations that are arithmetic, by their module and name."""


def settings_of(cls: type) -> set[str]:
    """Return the names of the arguments that a class's constructor, or those below, take."""
    names: set[str] = set()
    for each in cls.__mro__:
        if "__init__" in vars(each):
            names.update(_named(each.__init__))  # type: ignore[misc]  # only its signature
    return names - {"self"}


def _named(function: Any) -> list[str]:
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [n for n, p in inspect.signature(function).parameters.items() if p.kind in kinds]
