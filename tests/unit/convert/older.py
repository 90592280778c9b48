"""Models as older releases of scikit-learn held them, and what they predict."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_iris
from sklearn.preprocessing import (
    StandardScaler,
)

from converter.loading import load_estimator
from tests.unit.convert.writing import dumped

ROWS, LABELS = load_iris(return_X_y=True)
SMALL = StandardScaler().fit_transform(ROWS)
CODES = np.round(ROWS)


def load(
    model: Any, tmp_path: Path, version: str, written: Mapping[Any, bytes] | None = None
) -> Any:
    path = tmp_path / "model.pkl"
    path.write_bytes(dumped(model, written=written))
    return load_estimator(path, version)


def outputs(model: Any, rows: Any) -> Any:
    made = (model.predict if hasattr(model, "predict") else model.transform)(rows)
    return made.toarray() if hasattr(made, "toarray") else np.asarray(made)


def without(*names: str, **renamed: str) -> Callable[[Any], None]:
    """Take attributes away from a model, and give others the name that they had."""

    def change(model: Any) -> None:
        for name in names:
            vars(model).pop(name, None)
        for new, old in renamed.items():
            vars(model)[old] = vars(model).pop(new)

    return change
