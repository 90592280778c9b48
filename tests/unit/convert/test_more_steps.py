"""Steps that skl2onnx lacks: selections, pooled columns, leaves, kernels of shares, functions."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.cluster import FeatureAgglomeration
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomTreesEmbedding
from sklearn.feature_selection import (
    GenericUnivariateSelect,
    SelectFdr,
    SelectFpr,
    SelectFwe,
    SequentialFeatureSelector,
    f_regression,
)
from sklearn.kernel_approximation import AdditiveChi2Sampler, SkewedChi2Sampler
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, OneHotEncoder, StandardScaler
from sklearn.semi_supervised import LabelPropagation, LabelSpreading
from sklearn.tree import DecisionTreeRegressor

from converter.estimators.convert import convert_estimator
from converter.loading import load_estimator
from inferx.errors import Refused
from tests.support.ordinary_rows import FRESH, TRAINING, outputs, table, values

ROWS, NEW = table(TRAINING, 0), table(FRESH, 1)
AMOUNTS = values(ROWS)
DRAW = np.random.default_rng(0)
NUMBERS, OTHERS = DRAW.normal(size=(400, 4)), DRAW.normal(size=(20_000, 4))
SUMS = NUMBERS @ np.array([1.0, 2.0, -1.0, 0.5])
TREE = DecisionTreeRegressor(max_depth=8, random_state=0)


def as_saved(model: Any, tmp_path: Path) -> Any:
    (tmp_path / "source").write_bytes(pickle.dumps(model))
    return load_estimator(tmp_path / "source")


def assert_predicts_alike(model: Any, rows: Any, tmp_path: Path, bar: float = 1e-9) -> None:
    _, (predicted,) = outputs(as_saved(model, tmp_path), rows, tmp_path)

    np.testing.assert_allclose(predicted.ravel(), model.predict(rows), rtol=bar, atol=bar)


STEPS = {
    "false positives": SelectFpr(f_regression, alpha=0.2),
    "false discoveries": SelectFdr(f_regression, alpha=0.2),
    "family-wise error": SelectFwe(f_regression, alpha=0.2),
    "any mode": GenericUnivariateSelect(f_regression, mode="k_best", param=2),
    "selected in sequence": SequentialFeatureSelector(Ridge(), n_features_to_select=2),
    "means": FeatureAgglomeration(2),
    "largest": FeatureAgglomeration(3, pooling_func=np.max),
    "smallest": FeatureAgglomeration(3, pooling_func=np.min),
    "leaves": RandomTreesEmbedding(10, random_state=0),
}


@pytest.mark.parametrize("step", STEPS)
def test_trees_behind_a_step_see_its_very_numbers(step: str, tmp_path: Path) -> None:
    model = make_pipeline(STEPS[step], TREE).fit(ROWS, AMOUNTS)

    assert_predicts_alike(model, NEW, tmp_path, 1e-6)


SHARES = {
    "one step": AdditiveChi2Sampler(sample_steps=1),
    "three steps": AdditiveChi2Sampler(sample_steps=3),
    "its own interval": AdditiveChi2Sampler(sample_steps=2, sample_interval=0.7),
    "skewed": SkewedChi2Sampler(n_components=20, random_state=0),
}


@pytest.mark.parametrize("step", SHARES)
def test_kernels_of_shares_are_those_of_scikit_learn(step: str, tmp_path: Path) -> None:
    model = make_pipeline(MinMaxScaler(clip=True), SHARES[step], Ridge()).fit(NUMBERS, SUMS)

    assert_predicts_alike(model, OTHERS, tmp_path)


INSIDE: dict[Any, tuple[float, float]] = {
    np.arccosh: (1.0, 50.0),
    np.arcsinh: (-50.0, 50.0),
    np.arctanh: (-0.9, 0.9),
    np.cosh: (-5.0, 5.0),
    np.deg2rad: (-720.0, 720.0),
    np.degrees: (-7.0, 7.0),
    np.exp2: (-5.0, 5.0),
    np.fabs: (-5.0, 5.0),
    np.positive: (-5.0, 5.0),
    np.rad2deg: (-7.0, 7.0),
    np.radians: (-720.0, 720.0),
    np.sinh: (-5.0, 5.0),
    np.tan: (-1.5, 1.5),
    np.trunc: (-50.0, 50.0),
}


@pytest.mark.parametrize("function", INSIDE, ids=lambda function: function.__name__)
def test_function_of_numpy_is_applied(function: Any, tmp_path: Path) -> None:
    low, high = INSIDE[function]
    rows, fresh = (np.random.default_rng(n).uniform(low, high, (20_000, 2)) for n in range(2))
    model = make_pipeline(FunctionTransformer(function), Ridge()).fit(rows, rows[:, 0])

    assert_predicts_alike(model, fresh, tmp_path)


@pytest.mark.parametrize("function", [np.arcsinh, np.sinh, np.cosh])
def test_function_of_large_numbers_is_finite_where_that_of_numpy_is(
    function: Any, tmp_path: Path
) -> None:
    large = (
        np.array([[700.0], [-709.5], [710.0]])
        if function is not np.arcsinh
        else np.array([[1e200], [-1e308], [3e9]])
    )
    model = FunctionTransformer(function).fit(np.ones((3, 1)))
    model.n_features_in_ = 1

    _, (made,) = outputs(model, large, tmp_path)

    np.testing.assert_allclose(made, function(large), rtol=1e-12)


@pytest.mark.parametrize("last", [Ridge(), TREE], ids=["scores", "thresholds"])
def test_encoder_may_drop_all_of_its_columns(last: Any, tmp_path: Path) -> None:
    constant = ColumnTransformer(
        [("one", OneHotEncoder(drop="first"), [0, 1]), ("numbers", "passthrough", [2, 3])]
    )
    rows, fresh = NUMBERS.copy(), OTHERS.copy()
    rows[:, :2] = fresh[:, :2] = [3.0, 7.0]
    model = make_pipeline(constant, last).fit(rows, SUMS)

    assert_predicts_alike(model, fresh, tmp_path, 1e-6)


@pytest.mark.parametrize("kernel", ["rbf", "cosine", "laplacian", "poly"])
def test_kernel_ridge_takes_rows_of_an_encoder_and_rows_of_zeros(
    kernel: str, tmp_path: Path
) -> None:
    codes = DRAW.integers(0, 4, (300, 3)).astype(float)
    fresh = DRAW.integers(0, 6, (5_000, 3)).astype(float)
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=kernel != "laplacian")
    model = make_pipeline(encoder, KernelRidge(kernel=kernel)).fit(codes, codes.sum(axis=1))

    assert_predicts_alike(model, fresh, tmp_path)


@pytest.mark.parametrize("last", [LabelPropagation(gamma=0.5), LabelSpreading(gamma=0.5)])
def test_labels_are_propagated_behind_a_step(last: Any, tmp_path: Path) -> None:
    model = make_pipeline(StandardScaler(), last).fit(NUMBERS, SUMS > 0.5)

    _, (labels, chances) = outputs(as_saved(model, tmp_path), OTHERS, tmp_path)

    expected = model.predict_proba(OTHERS)
    np.testing.assert_allclose(chances, expected, atol=1e-9)
    sure = np.abs(expected[:, 0] - 0.5) > 1e-9
    np.testing.assert_array_equal(labels[sure], model.predict(OTHERS)[sure])


def test_pooling_without_a_form_is_named_with_its_step(tmp_path: Path) -> None:
    pooled = FeatureAgglomeration(2, pooling_func=np.median)
    model = make_pipeline(StandardScaler(), pooled, Ridge()).fit(NUMBERS, SUMS)

    with pytest.raises(Refused, match=r"^Step featureagglomeration: .*pooling_func=numpy\.mean"):
        convert_estimator(model, tmp_path / "model.onnx")
