"""Tables as people have them: whole numbers, skewed amounts, timestamps, flags, missing values."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from converter.estimators.convert import ConvertedEstimator, convert_estimator

TRAINING, FRESH = 2_000, 20_000
_SHARE_MISSING = 0.05


def table(count: int, seed: int, *, missing: bool = False) -> Any:
    """Draw rows of an age, an amount in cents, a timestamp, a flag and a measurement."""
    draw = np.random.default_rng(seed)
    rows = np.column_stack(
        [
            draw.integers(0, 100, count).astype(float),
            np.round(draw.lognormal(5, 2, count), 2),
            1_600_000_000.0 + draw.integers(0, 100_000_000, count),
            draw.integers(0, 2, count).astype(float),
            draw.normal(0, 1, count),
        ]
    )
    if missing:
        rows[draw.random(rows.shape) < _SHARE_MISSING] = np.nan
    return rows


def classes(rows: Any, count: int = 2) -> Any:
    """Return labels that depend on every column, a tenth of them at random."""
    age, amount, time, flag, measured = np.nan_to_num(rows).T
    labels = ((age > 50) & (amount > 100) | (time > 1.66e9) & (measured > 0)).astype(int)
    labels += ((flag == 1) & (measured > 1)) * (count > 2)
    draw = np.random.default_rng(7)
    return np.where(draw.random(len(rows)) < 0.1, draw.integers(0, count, len(rows)), labels)


def values(rows: Any) -> Any:
    """Return a number that depends on several columns."""
    age, amount, time, flag, measured = np.nan_to_num(rows).T
    return amount * (1 + flag) + age * 3 + (time - 1.65e9) / 1e6 * measured


def outputs(model: Any, rows: Any, directory: Path) -> tuple[ConvertedEstimator, list[Any]]:
    """Convert ``model`` and predict ``rows`` with the result, as predictions are served."""
    converted = convert_estimator(model, directory / "model.onnx")
    session = ort.InferenceSession(str(directory / "model.onnx"))
    tensor = converted.signature.inputs[0]
    return converted, session.run(None, {tensor.name: np.asarray(rows).astype(tensor.dtype)})
