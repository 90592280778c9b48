"""How many rows of which kind are compared, and for how long."""

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from converter.estimators.layout import Layout
from converter.loading.structure import parts_of

LEAST = 256
"""Rows that every model is compared on, however slow."""
_CELLS = 1 << 23
"""Numbers that one batch of rows may make inside a model: 64 MB."""
MOST_CELLS = 1 << 24
"""Numbers that all rows of a kind, or all predictions for them, may have together: 128 MB."""
_STORED = ("_fit_X", "X_train_", "X_fit_", "support_vectors_", "subcluster_centers_")


@dataclass(frozen=True)
class Effort:
    """How much a conversion may compare."""

    seconds: float = 10.0
    typical: int = 2_048
    thresholds: int = 2_048
    categories: int = 1_024
    missing: int = 512
    magnitudes: int = 1_024
    texts: int = 2_048
    pairs: int = 256
    searched: int = 20_000
    asked: int = 512


FULL = Effort()


@dataclass
class Budget:
    """The time that is left, and what one model makes of a row."""

    effort: Effort
    width: int
    """Numbers that a row becomes at most on its way through the model."""
    columns: int
    share: float = 1.0
    """Of the effort's rows, those for which there is time and memory."""
    _until: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._until = time.monotonic() + self.effort.seconds

    @property
    def batch(self) -> int:
        """Rows that are predicted together."""
        return int(np.clip(_CELLS // self.width, 16, 2_048))

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self._until - time.monotonic()

    def settle(self, seconds_a_row: float, outputs: int) -> None:
        """Choose the share, once it is known what the original makes of a row.

        Args:
            seconds_a_row: how long it needs.
            outputs: how many numbers it predicts.
        """
        effort = self.effort
        wanted = effort.typical + effort.thresholds + effort.magnitudes + effort.categories
        wanted += effort.texts + 2 * effort.pairs + effort.asked
        affordable = max(self.left, 0.0) / 2 / max(seconds_a_row, 1e-9)
        self.share = min(1.0, affordable / wanted, MOST_CELLS / max(self.columns, outputs) / wanted)

    def rows(self, number: int) -> int:
        """Return how many of so many rows there is room for."""
        return int(number * self.share)


def width_of(estimator: Any, layout: Layout) -> int:
    """Return how many numbers a row may become inside a model, kernels and terms counted."""
    widths = [1, len(layout.columns), *(text.columns for text in layout.texts)]
    for part in parts_of(estimator):
        attributes = getattr(part, "__dict__", {})
        widths.append(int(attributes.get("n_features_in_") or 0))
        widths += [
            int(np.shape(attributes[name])[0]) for name in _STORED if _is_matrix(attributes, name)
        ]
    return max(widths)


def _is_matrix(attributes: dict[str, Any], name: str) -> bool:
    return len(getattr(attributes.get(name), "shape", ())) == 2
