"""What a Keras model takes, from its file and from what its owner declares."""

from typing import Any

from deep.keras_files.ranges import range_of
from deep.network import NetworkInput
from inferx.errors import Refused
from inferx.input_hints import InputHints
from inferx.signature import DTYPES


def with_inputs(architecture: dict[str, Any], hints: InputHints) -> dict[str, Any]:
    """Return an architecture that has inputs, by the hints where its file has none.

    Args:
        architecture: rebuilt.
        hints: what the owner declares.

    Raises:
        Refused: neither says what the model takes.
    """
    config = architecture["config"]
    layers = config["layers"]
    if architecture["class_name"] != "Sequential" or not layers:
        return architecture
    if layers[0]["class_name"] in ("InputLayer", "Functional", "Sequential"):
        return architecture
    if not hints.shapes:
        raise Refused(
            "The file does not say what shape one row of the input has: upload it again with "
            "input_shape, e.g. [28, 28, 1] for images or [20] for tables of 20 columns."
        )
    dtype = hints.dtypes[0] if hints.dtypes else "float32"
    name = f"{layers[0]['config']['name']}_input"
    given = {
        "module": "keras.layers",
        "class_name": "InputLayer",
        "config": {"batch_shape": [None, *hints.shapes[0]], "dtype": dtype, "name": name},
        "registered_name": None,
    }
    return {**architecture, "config": {**config, "layers": [given, *layers]}}


def inputs_of(model: Any, hints: InputHints) -> tuple[NetworkInput, ...]:
    """Describe what a model takes.

    Args:
        model: built, with its weights.
        hints: what the owner declares: they may fix lengths that the file leaves free.

    Raises:
        Refused: the hints contradict the file, or no request could carry an input.
    """
    tensors = model.inputs
    for given in (hints.shapes, hints.dtypes):
        if given and len(given) != len(tensors):
            raise Refused(
                f"The model has {len(tensors)} inputs and {len(given)} are declared: leave "
                "input_shape and input_dtype out, or declare each input in order."
            )
    names = _distinct([tensor.name for tensor in tensors])
    return tuple(
        _input(tensor, names[place], hints, place, range_of(model, tensor))
        for place, tensor in enumerate(tensors)
    )


def names_of_outputs(model: Any, count: int) -> tuple[str, ...]:
    """Return a name for each output: its layer's."""
    names = [tensor._keras_history.operation.name for tensor in model.outputs]
    return tuple(_distinct(names[:count]))


def _input(
    tensor: Any, name: str, hints: InputHints, place: int, values: dict[str, Any]
) -> NetworkInput:
    dtype = str(tensor.dtype)
    if dtype not in DTYPES:
        raise Refused(f"The input '{name:.80}' is of the type {dtype:.20}, which is not served.")
    if hints.dtypes and hints.dtypes[place] != dtype:
        raise Refused(
            f"The input '{name:.80}' is of the type {dtype} in the file, and "
            f"{hints.dtypes[place]} is declared: leave input_dtype out."
        )
    shape = tuple(tensor.shape[1:])
    if hints.shapes:
        shape = _narrowed(shape, hints.shapes[place], name)
    return NetworkInput(name=name, dtype=dtype, shape=shape, **values)


def _narrowed(
    held: tuple[int | None, ...], given: tuple[int | None, ...], name: str
) -> tuple[int | None, ...]:
    agree = len(held) == len(given) and all(
        own is None or own == declared for own, declared in zip(held, given, strict=True)
    )
    if not agree:
        shape = str([length if length is not None else "any" for length in held])
        raise Refused(
            f"One row of the input '{name:.80}' has the shape {shape:.80} in the file, and "
            f"{list(given)!s:.80} is declared: leave input_shape out."
        )
    return given


def _distinct(names: list[str]) -> list[str]:
    taken: list[str] = []
    for name in names:
        free, number = name[:100], 1
        while free in taken:
            number += 1
            free = f"{name[:100]}_{number}"
        taken.append(free)
    return taken
