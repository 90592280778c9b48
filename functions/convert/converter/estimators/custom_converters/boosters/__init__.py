"""XGBoost and LightGBM: their own saved trees, written as ONNX trees.

Nothing is read from the scikit-learn wrapper but what the booster does not know: its classes, and
which value it takes for a missing one.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from converter.estimators.custom_converters.boosters.reading import boosted_by, library_of

__all__ = ["add", "boosted_by", "library_of", "thresholds"]


@cache
def add(library: str) -> None:
    """Register one library's estimators; importing it is too slow to do for every model."""
    from converter.estimators.custom_converters.boosters import registration  # noqa: PLC0415

    registration.add(library)


def thresholds(estimator: Any) -> Iterator[tuple[int, float]]:
    """Yield each split of a fitted booster as ``(feature, threshold)``."""
    for tree in boosted_by(estimator).trees:
        inner = tree.true >= 0
        pairs = zip(tree.feature[inner], np.asarray(tree.value[inner], dtype=float), strict=True)
        yield from ((int(feature), float(value)) for feature, value in pairs)
