"""Compares the ONNX model's outputs with the framework's, element by element."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

BAR = 1e-5
"""Absolute, or relative to the value or to the output's typical size in that batch."""

_ROWS_SUM_TO = 1e-3
"""How near to 1 the sum of a row is that is taken for a softmax."""


@dataclass
class Tally:
    """What comparisons have shown so far.

    Attributes:
        rows: how many were compared, of each kind.
        labels: of how many rows the label was compared, where an output is a softmax.
        equal: of how many of those it was equal.
        ties: of how many the two best were too close to be ordered.
        max_abs_diff: the largest absolute difference.
        max_rel_diff: the largest difference relative to the value or the typical size.
        rounded: of how many rows a difference beyond the bar is one of rounding alone.
    """

    rows: dict[str, int] = field(default_factory=dict)
    labels: int = 0
    equal: int = 0
    ties: int = 0
    max_abs_diff: float = 0.0
    max_rel_diff: float = 0.0
    rounded: int = 0

    @property
    def label_agreement(self) -> float | None:
        """The share of labels that are equal; ``None`` where there are none."""
        return self.equal / self.labels if self.labels else None

    def add(self, kind: str, rows: int) -> None:
        """Count rows."""
        self.rows[kind] = self.rows.get(kind, 0) + rows


@dataclass(frozen=True)
class Difference:
    """One element that differs by more than the bar, or a wrong shape.

    Attributes:
        output: the place of the output.
        row: of the batch.
        expected: what the framework gives there, for a sentence.
        found: what the ONNX model gives there.
    """

    output: int
    row: int
    expected: str
    found: str


def compare(
    expected: Sequence[Any],
    found: Sequence[Any],
    tally: Tally,
    sizes: Sequence[Any] | None = None,
    moved: Sequence[float] | None = None,
) -> Difference | None:
    """Return the worst difference beyond the bar; ``None`` where there is none.

    Args:
        expected: the framework's outputs, one array each.
        found: the ONNX model's.
        tally: what is counted here.
        sizes: the typical size of each output, where these rows are too few to show it.
        moved: how much each output may differ by rounding alone (:mod:`deep.rounding`).
    """
    for place, (left, right) in enumerate(zip(expected, found, strict=True)):
        size = None if sizes is None else sizes[place]
        bar = BAR if moved is None else max(BAR, moved[place])
        pair = np.asarray(left), np.asarray(right)
        difference = _compared(place, pair, tally, size, bar)
        if difference is not None:
            return difference
    return None


def typical_sizes(outputs: Sequence[Any]) -> list[float]:
    """Return the typical size of each output: the median of its sizes that are finite and not 0."""
    return [_typical(np.asarray(each)) for each in outputs]


def _compared(
    place: int, pair: tuple[Any, Any], tally: Tally, size: float | None, bar: float
) -> Difference | None:
    left, right = pair
    if left.shape != right.shape:
        return Difference(place, 0, f"the shape {left.shape}", f"the shape {right.shape}")
    if left.dtype.kind != "f":
        wrong = left != right
        return _difference(place, wrong, left, right) if wrong.any() else None
    absolute = _absolute(left, right)
    typical = _typical(left) if size is None else size
    scale = np.maximum(np.abs(np.nan_to_num(left.astype(float), posinf=0, neginf=0)), typical)
    relative = absolute / np.maximum(scale, 1e-30)
    beyond = (absolute > bar) & (relative > BAR)
    tally.max_abs_diff = max(tally.max_abs_diff, float(absolute.max(initial=0.0)))
    tally.max_rel_diff = max(tally.max_rel_diff, float(relative[absolute > BAR].max(initial=0.0)))
    if beyond.any():
        return _difference(place, np.where(beyond, absolute, 0), left, right)
    return _labels(place, (left, right), tally, bar)


def _absolute(left: Any, right: Any) -> Any:
    left, right = left.astype(float), right.astype(float)
    same = (left == right) | (np.isnan(left) & np.isnan(right))
    with np.errstate(invalid="ignore"):  # infinite beside finite: the worst there is
        absolute = np.abs(np.where(same, 0.0, left) - np.where(same, 0.0, right))
    return np.nan_to_num(absolute, nan=1e308, posinf=1e308)


def _typical(values: Any) -> float:
    size = np.abs(values[np.isfinite(values)]) if values.dtype.kind == "f" else np.zeros(0)
    size = size[size > 0]  # after a ReLU most may be 0, and say nothing of the size
    return float(np.median(size)) if size.size else 0.0


def _labels(place: int, pair: tuple[Any, Any], tally: Tally, bar: float) -> Difference | None:
    """Compare the labels of an output that is a softmax over its last axis."""
    left, right = pair
    if not is_softmax(left):
        return None
    ordered = np.sort(left.astype(float), axis=-1)
    tied = ordered[..., -1] - ordered[..., -2] < bar
    equal = left.argmax(axis=-1) == right.argmax(axis=-1)
    tally.labels += int(equal.size)
    tally.equal += int((equal | tied).sum())
    tally.ties += int(tied.sum())
    wrong = ~equal & ~tied
    if not wrong.any():
        return None
    labels = left.argmax(axis=-1), right.argmax(axis=-1)
    return _difference(place, wrong, *labels)


def is_softmax(output: Any) -> bool:
    """Return whether every row of an output is a distribution over several classes."""
    if output.dtype.kind != "f" or output.ndim < 2 or output.shape[-1] < 2 or not output.size:
        return False
    return bool(
        (output >= 0).all() and np.allclose(output.astype(float).sum(axis=-1), 1, atol=_ROWS_SUM_TO)
    )


def _difference(place: int, badness: Any, left: Any, right: Any) -> Difference:
    worst = np.unravel_index(int(np.argmax(badness)), badness.shape)
    return Difference(place, int(worst[0]), f"{left[worst]:.7g}", f"{right[worst]:.7g}")
