"""Naive Bayes over category numbers, also for numbers that are just below a whole one."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.naive_bayes import CategoricalNB

from converter.estimators.convert import convert_estimator
from inferx.errors import BadInput
from inferx.serving.model import Model
from tests.support.ordinary_rows import outputs

DRAW = np.random.default_rng(0)
CODES = DRAW.integers(0, 6, (400, 3)).astype(float)
FRESH = DRAW.integers(0, 6, (2_000, 3)).astype(float)
NAMES = np.array(["a", "b", "c"])[((CODES[:, 0] + CODES[:, 1]) // 4).astype(int).clip(0, 2)]


@pytest.mark.parametrize("below", [0.0, 1.5e-7, 1e-9, 1e-15], ids=str)
def test_numbers_are_cut_to_whole_ones_as_by_the_original(below: float, tmp_path: Path) -> None:
    model = CategoricalNB().fit(CODES, NAMES)
    rows = np.maximum(FRESH - below, 0.0)

    _, (labels, chances) = outputs(model, rows, tmp_path)

    np.testing.assert_array_equal(labels, model.predict(rows))
    np.testing.assert_allclose(chances, model.predict_proba(rows), atol=1e-9)


@pytest.mark.parametrize("code", [-1.0, 6.0])
def test_number_that_is_no_category_is_refused(code: float, tmp_path: Path) -> None:
    convert_estimator(CategoricalNB().fit(CODES, NAMES), tmp_path / "model.onnx")

    with pytest.raises(BadInput, match="fails on a value"):
        Model(tmp_path / "model.onnx").predict([0.0, code, 1.0])
