"""Models whose parts contradict each other: native code would read past its arrays, or not end."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import OneHotEncoder, SplineTransformer
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from tests.security.forging import Forged, loaded, refused

ROWS, LABELS = load_iris(return_X_y=True)


def tree_with(change: Callable[[dict[str, Any]], Any]) -> DecisionTreeClassifier:
    model = DecisionTreeClassifier(random_state=0).fit(ROWS, LABELS)

    def changed(state: dict[str, Any]) -> dict[str, Any]:
        state = {**state, "nodes": state["nodes"].copy()}
        change(state)
        return state

    model.tree_ = Forged(model.tree_, changed)
    return model


def nodes(field: str, value: int, at: int = 0) -> Callable[[dict[str, Any]], None]:
    def change(state: dict[str, Any]) -> None:
        state["nodes"][field][at] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(nodes("left_child", 0), id="a node is its own child"),
        pytest.param(nodes("right_child", 1), id="two parents share a child"),
        pytest.param(nodes("left_child", 10**9), id="a child outside the tree"),
        pytest.param(nodes("left_child", -7), id="a child before the tree"),
        pytest.param(nodes("right_child", -1), id="half a leaf"),
        pytest.param(nodes("feature", 400), id="a feature outside the row"),
        pytest.param(nodes("feature", -2), id="no feature at a split"),
        pytest.param(lambda s: s.update(node_count=10**6), id="more nodes than there are"),
        pytest.param(lambda s: s.update(values=s["values"][:1]), id="values for one node"),
        pytest.param(lambda s: s.update(values=s["values"][..., :1]), id="values for one class"),
        pytest.param(lambda s: s.update(values=s["values"].astype("f4")), id="narrow values"),
        pytest.param(lambda s: s.update(nodes=s["nodes"][:0]), id="no nodes"),
        pytest.param(lambda s: s.pop("nodes"), id="nodes missing"),
        pytest.param(lambda s: s.update(nodes=s["nodes"]["feature"]), id="nodes are numbers"),
    ],
)
def test_forged_decision_tree_is_refused(change: Any, tmp_path: Path) -> None:
    assert refused(tree_with(change), tmp_path)


def test_tree_of_another_width_than_its_estimator_is_refused(tmp_path: Path) -> None:
    model = DecisionTreeClassifier(random_state=0).fit(ROWS, LABELS)
    model.n_features_in_ = 2

    assert refused(model, tmp_path)


def test_tree_depth_is_computed_not_trusted(tmp_path: Path) -> None:
    model = tree_with(lambda state: state.update(max_depth=1))
    read = loaded(model, tmp_path)

    assert read.tree_.max_depth == model.tree_.original.max_depth


@pytest.mark.parametrize(
    ("field", "value"), [("left", 0), ("right", 10**6), ("feature_idx", 50), ("left", 10**9)]
)
def test_forged_histogram_tree_is_refused(field: str, value: int, tmp_path: Path) -> None:
    model = HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=5).fit(ROWS, LABELS)
    model._predictors[0][0].nodes[field][0] = value

    assert refused(model, tmp_path)


def test_missing_category_set_is_refused(tmp_path: Path) -> None:
    model = HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=5).fit(ROWS, LABELS)
    model._predictors[0][0].nodes["is_categorical"][0] = 1

    assert refused(model, tmp_path)


def test_category_split_of_a_column_of_numbers_is_refused(tmp_path: Path) -> None:
    rows = np.column_stack([ROWS[:, 0].astype(int) % 3, ROWS])
    model = HistGradientBoostingClassifier(
        max_iter=2, min_samples_leaf=5, categorical_features=[0]
    ).fit(rows, LABELS)
    tree = model._predictors[0][0]
    tree.nodes["is_categorical"][0], tree.nodes["feature_idx"][0] = 1, rows.shape[1] - 1
    tree.raw_left_cat_bitsets = tree.binned_left_cat_bitsets = np.zeros((1, 8), dtype=np.uint32)

    assert refused(model, tmp_path)


def test_search_tree_is_built_anew_from_its_points(tmp_path: Path) -> None:
    model = KNeighborsClassifier(algorithm="kd_tree").fit(ROWS, LABELS)
    expected = model.predict(ROWS)

    def change(state: tuple[Any, ...]) -> tuple[Any, ...]:
        index = np.full_like(state[1], 10**9)
        return (state[0], index, *state[2:5], 10**6, 10**6, *state[7:])

    model._tree = Forged(model._tree, change)

    assert (loaded(model, tmp_path).predict(ROWS) == expected).all()


def test_search_tree_without_points_is_refused(tmp_path: Path) -> None:
    model = KNeighborsClassifier(algorithm="ball_tree").fit(ROWS, LABELS)
    model._tree = Forged(model._tree, lambda state: (None, *state[1:]))

    assert refused(model, tmp_path)


def test_stored_rows_of_another_width_are_refused(tmp_path: Path) -> None:
    model = KNeighborsClassifier().fit(ROWS, LABELS)
    model._fit_X = model._fit_X[:, :1].copy()

    assert refused(model, tmp_path)


def test_centres_of_another_width_are_refused(tmp_path: Path) -> None:
    model = KMeans(3, random_state=0).fit(ROWS)
    model.cluster_centers_ = model.cluster_centers_[:, :1].copy()

    assert refused(model, tmp_path)


@pytest.mark.parametrize("count", [10**6, -1])
def test_support_vector_counts_that_lie_are_refused(count: int, tmp_path: Path) -> None:
    model = SVC().fit(ROWS, LABELS)
    model._n_support = model._n_support.copy()
    model._n_support[0] = count

    assert refused(model, tmp_path)


@pytest.mark.parametrize("position", [10**9, -1, 0, "a"])
def test_vocabulary_that_counts_outside_its_columns_is_refused(
    position: object, tmp_path: Path
) -> None:
    model = CountVectorizer().fit(["one two three", "two"])
    model.vocabulary_["two"] = position

    assert refused(model, tmp_path)


def test_boosting_over_other_objects_than_trees_is_refused(tmp_path: Path) -> None:
    model = GradientBoostingClassifier(n_estimators=2).fit(ROWS, LABELS)
    model.estimators_[0, 0].tree_ = np.zeros(10)

    assert refused(model, tmp_path)


def test_boosting_with_fewer_columns_than_trees_is_refused(tmp_path: Path) -> None:
    model = GradientBoostingClassifier(n_estimators=2).fit(ROWS, LABELS)
    model.n_trees_per_iteration_ = 1

    assert refused(model, tmp_path)


def test_sparse_matrix_with_indices_outside_its_shape_is_refused(tmp_path: Path) -> None:
    model = OneHotEncoder().fit(ROWS)
    model.extra = model.transform(ROWS)
    model.extra.indices[:] = 10**6

    assert refused(model, tmp_path)


def test_spline_with_too_few_coefficients_is_refused(tmp_path: Path) -> None:
    model = SplineTransformer().fit(ROWS)
    inner = model.bsplines_[0]._delegate_to
    inner.c = inner.c[:1]

    assert refused(model, tmp_path)


def test_generator_state_is_not_taken_from_the_file(tmp_path: Path) -> None:
    model = DecisionTreeClassifier(random_state=np.random.RandomState(7)).fit(ROWS, LABELS)

    state = loaded(model, tmp_path).random_state

    assert state.rand() == np.random.RandomState(0).rand()


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(lambda: ((),) * 40, id="tuple hash bomb"),
        pytest.param(lambda: {i * (2**61 - 1): 0 for i in range(500)}, id="colliding integers"),
    ],
)
def test_costly_keys_do_not_make_a_model(build: Callable[[], Any], tmp_path: Path) -> None:
    assert refused(build(), tmp_path)
