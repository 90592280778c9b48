"""Support vectors that were fitted on sparse rows, as texts and one-hot columns are."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.svm import SVR, NuSVR, OneClassSVM

from converter.loading import load_estimator
from inferx.errors import Refused

pytestmark = pytest.mark.unit

ROWS = csr_matrix(np.random.default_rng(0).normal(size=(60, 3)))


def saved(model: Any, tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(pickle.dumps(model))
    return path


@pytest.mark.parametrize("model", [SVR(), NuSVR(), OneClassSVM()])
def test_a_count_that_fitting_left_undefined_is_no_damage(model: Any, tmp_path: Path) -> None:
    model.fit(ROWS, ROWS[:, [0]].toarray().ravel())
    model._n_support = np.array([151, 0], dtype=np.int32)  # what was in memory

    loaded = load_estimator(saved(model, tmp_path))

    np.testing.assert_array_equal(loaded.predict(ROWS), model.predict(ROWS))


def test_fewer_weights_than_support_vectors_are_refused(tmp_path: Path) -> None:
    model = SVR().fit(ROWS, ROWS[:, [0]].toarray().ravel())
    model._dual_coef_ = model._dual_coef_[:, :-1]

    with pytest.raises(Refused, match="do not fit each other"):
        load_estimator(saved(model, tmp_path))
