"""How far a network's outputs move when the last bit of its input does.

Attention over large values is so steep that float32 itself decides the fifth digit: PyTorch's own
answers are then as far from the exact ones as the ONNX form's are from PyTorch's.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

_MARGIN = 8.0
"""How many times the movement two right answers may differ: each rounds at every layer."""

_MOST = 0.1
"""What is allowed at most, relative to the root mean square of the output's elements.

A recurrent network of forty steps may be chaotic on rows unlike those of its training. Such rows
prove little, so that most typical ones have to be equal without this (:mod:`deep.serving`).
"""

_TRIES = 5


def movement(
    predict: Callable[[Sequence[Any]], list[Any]], tensors: Sequence[Any], outputs: Sequence[Any]
) -> list[float]:
    """Return for each output how much its elements may differ for the sake of rounding alone.

    Args:
        predict: the framework's predictions.
        tensors: rows, one array for each input.
        outputs: what it predicts for them.
    """
    random = np.random.default_rng(7)
    moved = [0.0] * len(outputs)
    for _ in range(_TRIES):
        found = predict([_nudged(each, random) for each in tensors])
        for place, (left, right) in enumerate(zip(outputs, found, strict=True)):
            moved[place] = max(moved[place], _distance(left, right))
    return [
        min(_MARGIN * each, _MOST * _size(output))
        for each, output in zip(moved, outputs, strict=True)
    ]


def _nudged(tensor: Any, random: np.random.Generator) -> Any:
    if tensor.dtype.kind != "f":
        return tensor
    towards = np.where(random.integers(0, 2, tensor.shape), np.inf, -np.inf)
    return np.nextafter(tensor, towards.astype(tensor.dtype))


def _distance(left: Any, right: Any) -> float:
    if left.dtype.kind != "f" or left.shape != right.shape or not left.size:
        return 0.0
    with np.errstate(invalid="ignore"):
        difference = np.abs(left.astype(float) - right.astype(float))
    return float(np.nan_to_num(difference, nan=0.0, posinf=0.0).max())


def _size(output: Any) -> float:
    # Not the median, which is 0 where a softmax, or an image, is nearly always 0.
    if output.dtype.kind != "f":
        return 0.0
    finite = output[np.isfinite(output)].astype(float)
    return float(np.sqrt((finite**2).mean())) if finite.size else 0.0
