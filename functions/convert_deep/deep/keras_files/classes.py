"""What may stand in an architecture: derived from the installed Keras, minus what is no arithmetic.

Imports Keras: only once its backend is chosen (:mod:`deep.keras_files.reading`).
"""

import inspect
from types import ModuleType

import keras
from keras.src.ops import core, image, linalg, math, nn, numpy
from keras.src.ops.operation import Operation

from deep.keras_files.refusals import NO_ARITHMETIC

MODELS = ("Functional", "Model", "Sequential")
"""The classes of whole models, which may also be layers of another."""

_OF_CORE = ("Cast", "ConvertToTensor", "SaturateCast", "Slice", "StopGradient", "Unstack")
"""The operations of ``keras.ops.core`` that hold no function of the author's."""

_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)

# Not one value for each row, gradients, and losses: nothing that a served network predicts with.
_UNSERVED = {"JVP", "CTCLoss", "CTCDecode", "Nonzero", "Unique", "Layer", "Wrapper", "Operation"}


def _classes(module: ModuleType, base: type) -> dict[str, type]:
    return {
        name: found
        for name, found in vars(module).items()
        if inspect.isclass(found) and issubclass(found, base) and name not in _UNSERVED
    }


_PUBLIC = {
    name: found
    for name, found in _classes(keras.layers, keras.layers.Layer).items()
    if name not in NO_ARITHMETIC
}

LAYERS: dict[str, type] = {**{each.__name__: each for each in _PUBLIC.values()}, **_PUBLIC}
"""Keras's own layers and cells that may be loaded, by the name of their class."""

NAMES: dict[type, str] = {found: name for name, found in _PUBLIC.items()}
"""How ``keras.layers`` names each class."""

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
    """Return the names of the arguments that a class's constructor takes, those passed on too."""
    names: set[str] = set()
    for each in cls.__mro__:
        if "__init__" not in vars(each):
            continue
        parameters = inspect.signature(vars(each)["__init__"]).parameters.values()
        names.update(one.name for one in parameters if one.kind in _BY_NAME)
        if not any(one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters):
            break
    # Layer takes these out of what is passed on.
    passed_on = {"name", "trainable", "dtype"} if keras.layers.Layer in cls.__mro__ else set[str]()
    return names - {"self"} | (passed_on if _passes_on(cls) else {"name"})


def _passes_on(cls: type) -> bool:
    parameters = inspect.signature(cls.__init__).parameters.values()  # type: ignore[misc]
    return any(one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters)
