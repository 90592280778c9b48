"""Kernels of ridge regression and of Nystroem's approximation."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.kernel_approximation import Nystroem
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline

from converter.estimators.convert import convert_estimator
from inferx.errors import Refused
from inferx.serving.model import Model

ROWS = np.random.default_rng(0).normal(size=(60, 3))
MODELS = {
    "ridge": lambda kernel: KernelRidge(kernel=kernel),
    "approximation": lambda kernel: make_pipeline(
        Nystroem(kernel, n_components=5, random_state=0), LinearRegression()
    ),
}


@pytest.mark.parametrize("make", MODELS.values(), ids=list(MODELS))
def test_a_row_of_zeros_has_no_direction(make: Any, tmp_path: Path) -> None:
    model = make("cosine").fit(ROWS, ROWS[:, 0])
    convert_estimator(model, tmp_path / "model.onnx")
    given = [[0.0, 0.0, 0.0], [1.0, 0.0, -2.0]]

    predicted, _ = Model(tmp_path / "model.onnx").predict(given)

    np.testing.assert_allclose(predicted["prediction"], model.predict(given), rtol=1e-6)


def test_a_kernel_without_a_form_is_refused_with_its_step(tmp_path: Path) -> None:
    model = MODELS["approximation"]("chi2").fit(np.abs(ROWS), ROWS[:, 0])

    with pytest.raises(Refused, match="Nystroem with the kernel 'chi2' has no ONNX form"):
        convert_estimator(model, tmp_path / "model.onnx")
