"""Gaussian process classifiers of two and more classes: equal to the original."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, RationalQuadratic

from tests.support.ordinary_rows import outputs

KERNELS = {
    "default": None,
    "scaled": ConstantKernel(2.0) * RBF(1.5),
    "sum": RBF(1.0) + DotProduct(0.5),
    "rational": RationalQuadratic(1.0, 2.0),
}
LABELS = {
    "two strings": ["no", "yes"],
    "three strings": ["x", "y", "z"],
    "three numbers": [4, 7, 9],
    "booleans": [False, True],
}


@pytest.mark.parametrize("kernel", KERNELS.values(), ids=list(KERNELS))
@pytest.mark.parametrize("labels", LABELS.values(), ids=list(LABELS))
def test_labels_and_probabilities_are_those_of_the_original(
    labels: list[Any], kernel: Any, tmp_path: Path
) -> None:
    draw = np.random.default_rng(0)
    rows, fresh = draw.normal(size=(90, 3)), draw.normal(size=(2_000, 3))
    numbers = (rows[:, 0] > 0).astype(int) + (rows[:, 1] > 0.5) * (len(labels) > 2)
    model = GaussianProcessClassifier(kernel, optimizer=None).fit(rows, np.array(labels)[numbers])

    _, (predicted, probabilities) = outputs(model, fresh, tmp_path)

    np.testing.assert_array_equal(predicted, model.predict(fresh))
    np.testing.assert_allclose(probabilities, model.predict_proba(fresh), atol=1e-4)
