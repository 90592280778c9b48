"""Compares the framework's predictions with the ONNX model's, rounding alone excused."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

from deep.network import Arrays
from deep.parity import Difference, Tally, compare
from deep.rounding import movement


def difference_in(
    predict: Callable[[Sequence[Any]], Arrays],
    tensors: Sequence[Any],
    answers: tuple[Arrays, Arrays],
    tally: Tally,
    sizes: Sequence[float] | None = None,
) -> tuple[Difference | None, Tally]:
    """Compare two answers for the same rows.

    Args:
        predict: the framework's predictions.
        tensors: the rows, one array for each input.
        answers: the framework's, and the ONNX model's.
        tally: what comparisons have shown so far.
        sizes: the typical size of each output, where these rows are too few to show it.

    Returns:
        the worst difference that rounding does not explain, if there is one; and the tally with
        these rows' figures.
    """
    expected, found = answers
    counted = copy.deepcopy(tally)
    difference = compare(expected, found, counted, sizes)
    if difference is None:
        return None, counted
    counted = copy.deepcopy(tally)
    counted.rounded += len(tensors[0])
    moved = movement(predict, tensors, expected)
    return compare(expected, found, counted, sizes, moved=moved), counted
