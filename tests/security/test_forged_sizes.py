"""Attributes that contradict each other where native code would read past the shorter one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn.cluster import Birch, BisectingKMeans, KMeans
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    VotingClassifier,
)
from sklearn.neighbors import (
    KernelDensity,
    KNeighborsClassifier,
    NearestNeighbors,
    RadiusNeighborsClassifier,
)
from sklearn.preprocessing import SplineTransformer
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier

from tests.security.forging import Forged, loaded, refused

ROWS, LABELS = load_iris(return_X_y=True)


def changing(**attributes: Any) -> Callable[[Any], None]:
    """Return a change of attributes; a function gets the old value."""

    def change(model: Any) -> None:
        for name, value in attributes.items():
            vars(model)[name] = value(vars(model)[name]) if callable(value) else value

    return change


def without(name: str) -> Callable[[Any], None]:
    def change(model: Any) -> None:
        del vars(model)[name]

    return change


def raised(array: Any) -> Any:
    """Return a copy whose first number points far outside."""
    copy = array.copy()
    copy[0] = 10**6
    return copy


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(changing(_intercept_=lambda a: a[:1]), id="an intercept for one pair"),
        pytest.param(changing(_dual_coef_=lambda a: a[:1]), id="weights for one class"),
        pytest.param(changing(support_=lambda a: np.tile(a, 2)), id="places of more vectors"),
        pytest.param(changing(support_=raised), id="a place outside the rows"),
        pytest.param(changing(_probA=np.zeros(1)), id="probabilities of one pair"),
        pytest.param(changing(_n_support=lambda a: a.astype("f4")), id="counts that are floats"),
        pytest.param(changing(_n_support=lambda a: a[:1]), id="one class"),
        pytest.param(changing(_impl="epsilon_svr"), id="another kind of machine"),
        pytest.param(without("n_features_in_"), id="no width"),
        pytest.param(without("support_"), id="no places"),
    ],
)
def test_support_vectors_that_do_not_fit_are_refused(change: Any, tmp_path: Path) -> None:
    model = SVC().fit(ROWS, LABELS)
    change(model)

    assert refused(model, tmp_path)


def test_support_vector_classifier_without_classes_is_counted_as_one(tmp_path: Path) -> None:
    model = SVC().fit(ROWS, LABELS)
    first = int(model._n_support[0])
    del model.classes_
    model.support_vectors_ = model.support_vectors_[:first]
    model._dual_coef_ = np.ascontiguousarray(model._dual_coef_[:, :first])
    model.support_ = model.support_[:first]

    assert refused(model, tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(changing(kernel="precomputed"), id="values taken for places"),
        pytest.param(changing(_effective_probability=-1), id="probabilities of no pair"),
        pytest.param(changing(_dual_coef_=lambda a: sparse.csr_array(a.shape)), id="no weights"),
    ],
)
def test_sparse_support_vectors_that_do_not_fit_are_refused(change: Any, tmp_path: Path) -> None:
    model = SVC().fit(sparse.csr_array(ROWS), LABELS)
    change(model)

    assert refused(model, tmp_path)


@pytest.mark.parametrize("kind", [KNeighborsClassifier, RadiusNeighborsClassifier])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(changing(_y=raised), id="a class that does not exist"),
        pytest.param(changing(_y=lambda a: a - 1), id="a class before the first"),
        pytest.param(changing(_y=lambda a: a[:10]), id="classes of ten rows"),
        pytest.param(changing(classes_=lambda a: a[:1]), id="one class"),
        pytest.param(changing(classes_=lambda a: [np.arange(99)]), id="classes in a list"),
        pytest.param(changing(_y=lambda a: a.astype("f8")), id="classes that are floats"),
        pytest.param(changing(metric_params={"Y_norm_squared": np.ones(1)}), id="norms"),
        pytest.param(changing(effective_metric_params_={"Y_norm_squared": np.ones(1)}), id="more"),
        pytest.param(without("n_features_in_"), id="no width"),
    ],
)
def test_neighbours_that_do_not_fit_are_refused(kind: Any, change: Any, tmp_path: Path) -> None:
    model = kind(algorithm="brute").fit(ROWS, LABELS)
    change(model)

    assert refused(model, tmp_path)


def test_more_neighbours_than_rows_are_refused(tmp_path: Path) -> None:
    model = KNeighborsClassifier(algorithm="brute").fit(ROWS, LABELS)
    model.n_neighbors = 10**6

    assert refused(model, tmp_path)


@pytest.mark.parametrize(
    ("model", "change"),
    [
        pytest.param(
            Birch().fit(ROWS),
            changing(_subcluster_norms=lambda a: a[:1]),
            id="norms of fewer centres",
        ),
        pytest.param(KMeans(3).fit(ROWS), without("n_features_in_"), id="no width"),
        pytest.param(
            DecisionTreeClassifier().fit(ROWS, LABELS),
            without("n_features_in_"),
            id="a tree in no model's width",
        ),
        pytest.param(
            BisectingKMeans(3).fit(ROWS),
            lambda model: vars(model._bisecting_tree.left).update(center=np.zeros(1)),
            id="a centre of another width",
        ),
        pytest.param(
            BisectingKMeans(3).fit(ROWS),
            lambda model: vars(model._bisecting_tree).update(left=model._bisecting_tree),
            id="a cluster inside itself",
        ),
    ],
)
def test_centres_that_do_not_fit_are_refused(model: Any, change: Any, tmp_path: Path) -> None:
    change(model)

    assert refused(model, tmp_path)


@pytest.mark.parametrize("weights", [np.ones(1), np.ones((150, 1)), np.array(["1"] * 150)])
def test_density_with_weights_of_other_points_is_refused(weights: Any, tmp_path: Path) -> None:
    model = KernelDensity().fit(ROWS)
    model.tree_ = Forged(model.tree_, lambda state: (*state[:12], weights))

    assert refused(model, tmp_path)


def test_spline_without_its_wrapping_is_checked_too(tmp_path: Path) -> None:
    model = SplineTransformer().fit(ROWS)
    inner = model.bsplines_[0]._delegate_to
    inner.c = inner.c[:1]
    model.bsplines_ = [inner] * len(model.bsplines_)

    assert refused(model, tmp_path)


def test_boosting_that_starts_from_fewer_scores_than_trees_is_refused(tmp_path: Path) -> None:
    model = GradientBoostingClassifier(n_estimators=2).fit(ROWS, LABELS)
    model.init_ = DummyClassifier(strategy="prior").fit(ROWS, LABELS > 1)

    assert refused(model, tmp_path)


def test_boosting_that_starts_from_zeros_loads(tmp_path: Path) -> None:
    model = GradientBoostingClassifier(n_estimators=2, init="zero").fit(ROWS, LABELS)

    read = loaded(model, tmp_path)

    np.testing.assert_array_equal(read.predict_proba(ROWS), model.predict_proba(ROWS))


def narrowed(model: Any) -> None:
    """Columns that the trees ask for are dropped on the way to them."""
    model._preprocessor = ColumnTransformer([("first", "passthrough", [0])]).fit(ROWS)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(changing(_n_features=10**6), id="more columns than rows have"),
        pytest.param(changing(n_features_in_=2), id="fewer columns than trees ask for"),
        pytest.param(changing(_in_fit=True), id="rows taken for codes"),
        pytest.param(narrowed, id="columns dropped on the way"),
        pytest.param(without("n_features_in_"), id="no width"),
        pytest.param(changing(_predictors=[[np.zeros(3)]]), id="trees that are none"),
    ],
)
def test_histogram_boosting_that_does_not_fit_is_refused(change: Any, tmp_path: Path) -> None:
    model = HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=5).fit(ROWS, LABELS)
    change(model)
    whole = VotingClassifier([("only", model)]).fit(ROWS, LABELS)
    whole.estimators_ = [model]

    assert refused(model, tmp_path)
    assert refused(whole, tmp_path)


@pytest.mark.filterwarnings("ignore:The `probability` parameter:FutureWarning")
@pytest.mark.parametrize(
    "fit",
    [
        pytest.param(lambda: SVC(probability=True).fit(ROWS, LABELS), id="probabilities"),
        pytest.param(
            lambda: SVC(kernel="precomputed").fit(ROWS @ ROWS.T, LABELS), id="precomputed"
        ),
        pytest.param(lambda: SVC().fit(sparse.csr_array(ROWS), LABELS), id="sparse"),
        pytest.param(lambda: SVR().fit(ROWS, LABELS), id="regression"),
        pytest.param(
            lambda: KNeighborsClassifier().fit(ROWS, np.c_[LABELS, LABELS]), id="two outputs"
        ),
        pytest.param(lambda: KNeighborsClassifier().fit(ROWS, LABELS.astype(str)), id="text"),
        pytest.param(lambda: NearestNeighbors().fit(sparse.csr_array(ROWS)), id="sparse rows"),
        pytest.param(lambda: KernelDensity().fit(ROWS, sample_weight=LABELS + 1), id="weights"),
        pytest.param(lambda: BisectingKMeans(3).fit(ROWS), id="bisected"),
    ],
)
def test_honest_models_of_these_kinds_load(fit: Callable[[], Any], tmp_path: Path) -> None:
    model = fit()

    assert set(vars(loaded(model, tmp_path))) == set(vars(model))
