"""Loads the weights of ``.h5`` files by order, and checks the order by their names.

Keras itself relies on the order alone. Two weights of one shape in another order would be a model
that predicts something else, and no comparison with what was loaded could show it.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from keras.src.legacy.saving.legacy_h5_format import load_attributes_from_hdf5_group

from inferx.errors import Refused

# Names that Keras 3 gave to weights of Keras 2.
_RENAMED = {"depthwise_kernel": "kernel"}


def load_legacy_weights(group: Any, model: Any) -> None:
    """Set the weights of each layer of a model.

    Args:
        group: the HDF5 group of the layers.
        model: built.

    Raises:
        Refused: another number, order or shape of weights than the model has.
    """
    layers = [layer for layer in model.layers if _weights(layer)]
    saved = []
    for name in load_attributes_from_hdf5_group(group, "layer_names"):
        weights = load_attributes_from_hdf5_group(group[name], "weight_names")
        if weights:
            saved.append((name, weights))
    if len(saved) != len(layers):
        raise Refused(
            f"The file has weights of {len(saved)} layers, and its architecture has "
            f"{len(layers)} layers with weights: save the model again and upload that file."
        )
    for layer, (name, weights) in zip(layers, saved, strict=True):
        values = [np.asarray(group[name][each]) for each in weights]
        _set(layer, weights, values)
    _finalize(model)


def _set(layer: Any, names: Sequence[str], values: Sequence[Any]) -> None:
    variables = _weights(layer)
    if len(variables) != len(values):
        raise _do_not_fit(layer, f"{len(values)} weights where it has {len(variables)}")
    for variable, place in zip(variables, _places(layer, variables, names), strict=True):
        value = values[place]
        if tuple(variable.shape) != value.shape:
            shapes = f"a weight of the shape {list(value.shape)} where it has "
            raise _do_not_fit(layer, shapes + str(list(variable.shape)))
        variable.assign(value)


def _places(layer: Any, variables: Sequence[Any], names: Sequence[str]) -> list[int]:
    """Return where each variable's value is.

    By order if the names agree, with their layer's before their own; else by such names, if each is
    there once; else by order if their own names agree: a cell's layer has a number of its own.
    """
    wanted = [_parts(variable.path) for variable in variables]
    given = [_parts(name.split(":", maxsplit=1)[0]) for name in names]
    in_order = list(range(len(given)))
    if [each[-2:] for each in wanted] == [each[-2:] for each in given]:
        return in_order
    ends = [[n for n, found in enumerate(given) if found[-2:] == each[-2:]] for each in wanted]
    if all(len(each) == 1 for each in ends) and len({each[0] for each in ends}) == len(ends):
        return [each[0] for each in ends]
    if [each[-1] for each in wanted] == [each[-1] for each in given]:
        return in_order
    raise _do_not_fit(layer, "weights in another order, and their names do not show which is which")


def _parts(path: str) -> list[str]:
    parts = path.split("/")
    return [*parts[:-1], _RENAMED.get(parts[-1], parts[-1])]


def _weights(layer: Any) -> list[Any]:
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def _finalize(model: Any) -> None:
    """Derive what layers derive from their weights, such as Normalization's mean."""
    for layer in model._flatten_layers():
        if hasattr(layer, "finalize_state") and layer.weights:
            layer.finalize_state()


def _do_not_fit(layer: Any, fault: str) -> Refused:
    return Refused(
        f"The file has, for the layer '{layer.name:.80}', {fault}: save the model again and "
        "upload that file."
    )
