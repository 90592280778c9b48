"""Models of scikit-learn-intelex predict as scikit-learn's, or are refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from converter.loading import load_estimator
from inferx.errors import Refused
from tests.unit.convert.older import outputs
from tests.unit.convert.writing import by_name, dumped

ROWS, LABELS = load_iris(return_X_y=True)


class OwnModel:
    """Stands for oneDAL's own model, which has a state of bytes."""

    def __getstate__(self) -> bytes:
        return b"in its own format"

    def __setstate__(self, state: bytes) -> None:
        raise AssertionError(state)


class OwnEstimator:
    """Stands for oneDAL's estimator, inside of scikit-learn-intelex's."""

    def __init__(self) -> None:
        self._onedal_model = OwnModel()


def _rebuild() -> None:
    """Stand for daal4py's function: only its name is written."""


class RebuiltModel:
    """Stands for daal4py's model."""

    def __reduce__(self) -> Any:
        return _rebuild, (OwnModel, b"in its own format")


def load(model: Any, module: str, tmp_path: Path, own: Any) -> Any:
    name = "daal_model_" if isinstance(own, RebuiltModel) else "_onedal_estimator"
    vars(model)[name] = own
    written = {
        type(model): by_name(module, type(model).__name__),
        OwnEstimator: by_name("onedal.linear_model.linear_model", "LinearRegression"),
        OwnModel: by_name("onedal._onedal_py_host.linear_model.regression", "model"),
        _rebuild: by_name("daal4py._daal4py", "_rebuild"),
    }
    (tmp_path / "source").write_bytes(dumped(model, 4, written))
    return load_estimator(tmp_path / "source")


@pytest.mark.parametrize("own", [OwnEstimator(), RebuiltModel()], ids=["onedal", "daal4py"])
@pytest.mark.parametrize(
    ("model", "module"),
    [
        (LinearRegression(), "sklearnex.linear_model.linear"),
        (Ridge(), "daal4py.sklearn.linear_model._ridge"),
        (LogisticRegression(max_iter=1000), "sklearnex.preview.linear_model.logistic_regression"),
        (PCA(2), "sklearnex.decomposition.pca"),
        (KMeans(3, random_state=0), "daal4py.sklearn.cluster._k_means_0_23"),
    ],
)
def test_model_that_predicts_by_its_attributes_is_scikit_learns(
    model: Any, module: str, own: Any, tmp_path: Path
) -> None:
    expected = outputs(model.fit(ROWS, LABELS), ROWS)

    loaded = load(model, module, tmp_path, own)

    assert type(loaded) is type(model)
    np.testing.assert_array_equal(outputs(loaded, ROWS), expected)


def test_coefficients_by_the_names_of_scikit_learn_intelex_are_read(tmp_path: Path) -> None:
    model = LinearRegression().fit(ROWS, LABELS)
    expected = model.predict(ROWS)
    vars(model)["_coef_"], vars(model)["_intercept_"] = model.coef_, model.intercept_
    del model.coef_, model.intercept_

    loaded = load(model, "sklearnex.linear_model.linear", tmp_path, OwnEstimator())

    np.testing.assert_array_equal(loaded.predict(ROWS), expected)


@pytest.mark.parametrize(
    ("model", "module"),
    [
        (RandomForestClassifier(2), "sklearnex.ensemble._forest"),
        (KNeighborsClassifier(), "sklearnex.neighbors.knn_classification"),
        (SVC(), "sklearnex.svm.svc"),
    ],
)
def test_model_that_predicts_by_onedal_is_refused_with_the_way_round(
    model: Any, module: str, tmp_path: Path
) -> None:
    model.fit(ROWS, LABELS)

    with pytest.raises(Refused, match=rf"{type(model).__name__} of scikit-learn-intelex.*unpatch"):
        load(model, module, tmp_path, OwnEstimator())


def test_forest_whose_trees_are_made_on_demand_is_refused(tmp_path: Path) -> None:
    model = RandomForestClassifier(2).fit(ROWS, LABELS)
    model._cached_estimators_ = None
    del model.estimators_

    with pytest.raises(Refused, match="RandomForestClassifier of scikit-learn-intelex"):
        load(model, "sklearnex.ensemble._forest", tmp_path, None)
