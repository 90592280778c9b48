"""Runs a network on numpy arrays, and checks that it predicts row by row, always the same."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from deep.network import Arrays, NetworkInput
from deep.rows import Lengths, drawn
from deep.torch_files.wording import shown
from inferx.errors import Refused

_COUNTS = (3, 5)
"""How many rows are tried, to see which axes are theirs."""

_NEAR = 1e-4


class Runner:
    """Calls a network and flattens what it returns.

    Attributes:
        every: the names of all that it returns, as the last call showed them.
        kept: the places of those that are served.
        returns_dictionary: whether the names are the keys of a dictionary.
    """

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call
        self.every: tuple[str, ...] = ()
        self.kept: tuple[int, ...] | None = None
        self.returns_dictionary = False

    def __call__(self, arrays: Sequence[Any]) -> Arrays:
        """Predict.

        Args:
            arrays: one for each input, with the axis of the rows.
        """
        tensors = [torch.from_numpy(np.ascontiguousarray(array)) for array in arrays]
        with torch.inference_mode():
            try:
                given = self._call(*tensors)
            except RuntimeError as failure:
                raise_without_memory(failure)
                raise
            named = _named(given)
        self.returns_dictionary = isinstance(given, dict)
        self.every = tuple(named)
        arrays = [tensor.detach().resolve_conj().numpy() for tensor in named.values()]
        return arrays if self.kept is None else [arrays[place] for place in self.kept]


def raise_without_memory(failure: BaseException) -> None:
    """Raise what Python raises without memory, if that is what PyTorch's error is about."""
    if isinstance(failure, RuntimeError) and "allocate memory" in str(failure):
        raise MemoryError from failure


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


def keep_rows(run: Runner, inputs: Sequence[NetworkInput], lengths: Lengths, title: str) -> str:
    """Keep the outputs that have the rows as their first axis; return a warning of the others.

    Args:
        run: the network.
        inputs: what it takes.
        lengths: of its free axes.
        title: what it is, for sentences.

    Raises:
        Refused: no output has.
    """
    random = np.random.default_rng(5)
    runs = [(rows, run(drawn(inputs, lengths, rows, random))) for rows in _COUNTS]
    kept = [
        place
        for place in range(len(run.every))
        if all(outputs[place].shape[:1] == (rows,) for rows, outputs in runs)
    ]
    if not kept:
        raise Refused(_without_rows(title, list(runs[0][1][0].shape)))
    if len(kept) == len(run.every):
        return ""
    left_out = ", ".join(name for place, name in enumerate(run.every) if place not in kept)
    run.kept = tuple(kept)
    return (
        f"Of what {title} returns, {shown(left_out)} is not served: its first axis is not that of "
        "the rows, as with the states of recurrent layers."
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
    rows = drawn(inputs, lengths, _COUNTS[0], np.random.default_rng(3))
    together, again = run(rows), run(rows)
    if not all(_equal(left, right) for left, right in zip(together, again, strict=True)):
        raise Refused(
            f"{title} predicts something else each time for the same rows, as a model in training "
            "mode does. Call model.eval() before it is traced or exported, and save it again."
        )
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
        f"An output of {title} has the shape {shape!s:.60} for {_COUNTS[0]} rows: its first axis "
        "must be that of the rows (recurrent layers return states with the layers first). Wrap "
        "the model in one that returns what is to be served, and export it with "
        "torch.export.save."
    )
