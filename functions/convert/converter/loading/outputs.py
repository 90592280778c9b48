"""Where each step of a ``ColumnTransformer`` puts its columns: up to 0.24 it kept no note."""

from typing import Any

import numpy as np

from converter.loading.structure import parts_of


def add_places(root: object) -> None:
    """Give each ``ColumnTransformer`` its ``output_indices_``, where its steps show their widths.

    Args:
        root: a loaded model that was brought up to date.
    """
    for part in list(parts_of(root)):
        lacks = "output_indices_" not in getattr(part, "__dict__", {})
        if type(part).__name__ == "ColumnTransformer" and hasattr(part, "transformers_") and lacks:
            _add_places(part)


def _add_places(transformer: Any) -> None:
    positions = transformer._transformer_to_input_indices  # no public twin
    places, start = {}, 0
    for name, step, _ in transformer.transformers_:
        width = _width(step, len(positions[name]))
        if width is None:
            return
        places[name] = slice(start, start + width)
        start += width
    places.setdefault("remainder", slice(0, 0))
    transformer.output_indices_ = places


def _width(step: Any, taken: int) -> int | None:
    """Return how many columns a step gives for the ``taken`` ones it is given."""
    if isinstance(step, str):
        return 0  # dropped
    if not hasattr(step, "get_feature_names_out"):
        return taken if type(step).__name__ == "FunctionTransformer" else None
    reads_text = not hasattr(step, "n_features_in_")
    names = None if reads_text else np.array([f"x{place}" for place in range(taken)], dtype=object)
    try:
        return len(step.get_feature_names_out(names))
    except (AttributeError, TypeError, ValueError):  # a step of it cannot name what it gives
        return None
