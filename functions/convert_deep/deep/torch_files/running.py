"""Runs a network on numpy arrays, and checks that it predicts row by row and always the same."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from deep.network import Arrays, NetworkInput
from deep.rows import Lengths, drawn
from inferx.errors import Refused

_ROWS = 3
_NEAR = 1e-4


class Runner:
    """Calls a network and flattens what it returns.

    Attributes:
        outputs: the names of its outputs, as the last call showed them.
        returns_dictionary: whether those are the keys of a dictionary.
    """

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call
        self.outputs: tuple[str, ...] = ()
        self.returns_dictionary = False

    def __call__(self, arrays: Sequence[Any]) -> Arrays:
        """Predict.

        Args:
            arrays: one for each input, with the axis of the rows.
        """
        tensors = [torch.from_numpy(np.ascontiguousarray(array)) for array in arrays]
        with torch.inference_mode():
            given = self._call(*tensors)
            named = _named(given)
        self.returns_dictionary = isinstance(given, dict)
        self.outputs = tuple(named)
        return [tensor.detach().resolve_conj().numpy() for tensor in named.values()]


def _named(value: Any) -> Mapping[str, torch.Tensor]:
    """Return the tensors of an output by their names: a dictionary's keys, else their places."""
    if isinstance(value, dict) and all(isinstance(each, torch.Tensor) for each in value.values()):
        return {str(key): each for key, each in value.items()}
    tensors = list(_tensors(value))
    if not tensors:
        raise Refused("The model returns no tensors, so there is nothing to serve.")
    if len(tensors) == 1:
        return {"output": tensors[0]}
    return {f"output_{place}": each for place, each in enumerate(tensors)}


def _tensors(value: Any) -> list[torch.Tensor]:
    """Flatten what a network returns, leaving out what is None, as ``torch.onnx`` does."""
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, tuple | list):
        return [tensor for each in value for tensor in _tensors(each)]
    if value is None:
        return []
    raise Refused(
        f"The model returns a {type(value).__name__} besides tensors; only tensors are served. "
        "Return tensors from its forward, and save it again."
    )


def check_rows(run: Runner, inputs: Sequence[NetworkInput], lengths: Lengths, title: str) -> None:
    """Raise unless the network predicts each row by itself, and the same every time.

    Args:
        run: the network.
        inputs: what it takes.
        lengths: of its free axes.
        title: what it is, for sentences.

    Raises:
        Refused: the rows depend on each other, or on chance.
    """
    random = np.random.default_rng(3)
    rows = drawn(inputs, lengths, _ROWS, random)
    together, again = run(rows), run(rows)
    if not all(_equal(left, right) for left, right in zip(together, again, strict=True)):
        raise Refused(
            f"{title} predicts something else each time for the same rows, as a model in training "
            "mode does. Call model.eval() before it is traced or exported, and save it again."
        )
    for output in together:
        if not output.shape or len(output) != _ROWS:
            raise Refused(_without_rows(title, list(output.shape)))
    alone = run([tensor[1:2] for tensor in rows])
    if not all(_equal(left[1:2], right) for left, right in zip(together, alone, strict=True)):
        raise Refused(
            f"{title} predicts something else for a row when other rows stand beside it: the first "
            "axis of its input is not that of the rows (recurrent and attention layers need "
            "batch_first=True), or it normalises over the rows. Change the model so."
        )


def _equal(left: Any, right: Any) -> bool:
    if left.shape != right.shape:
        return False
    return bool(np.allclose(left, right, rtol=_NEAR, atol=_NEAR, equal_nan=True))


def _without_rows(title: str, shape: list[int]) -> str:
    return (
        f"An output of {title} has the shape {shape!s:.60} for {_ROWS} rows: its first axis must "
        "be that of the rows (recurrent layers return their states with the layers first). Wrap "
        "the model in one that returns what is to be served, and export it with "
        "torch.export.save."
    )
