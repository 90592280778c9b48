"""Models of scikit-learn 0.21 to 1.5: each difference in what they hold is put right."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.ensemble import (
    BaggingClassifier,
    RandomForestClassifier,
    StackingClassifier,
)
from sklearn.experimental import enable_iterative_imputer  # noqa: F401  # IterativeImputer's
from sklearn.feature_extraction.text import TfidfTransformer, TfidfVectorizer
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.impute import IterativeImputer, KNNImputer, SimpleImputer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.multiclass import OneVsOneClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
)
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier

from inferx.errors import Refused
from tests.unit.convert.older import CODES, LABELS, ROWS, SMALL, load, outputs, without


def _of_its_members(change: Callable[[Any], None], name: str) -> Callable[[Any], None]:
    def change_all(model: Any) -> None:
        for member in getattr(model, name):
            change(member)

    return change_all


@pytest.mark.parametrize(
    ("model", "change"),
    [
        pytest.param(LinearRegression(), without("n_features_in_", "positive", "tol"), id="linear"),
        pytest.param(
            RandomForestClassifier(3, random_state=0),
            without("n_features_in_", "monotonic_cst", estimator="base_estimator"),
            id="forest",
        ),
        pytest.param(
            BaggingClassifier(n_estimators=3, random_state=0),
            without(estimator="base_estimator", estimator_="base_estimator_"),
            id="bagging",
        ),
        pytest.param(
            DecisionTreeClassifier(), without("n_features_in_", "monotonic_cst"), id="tree"
        ),
        pytest.param(
            SVC(), without("n_features_in_", _probA="probA_", _probB="probB_"), id="vectors"
        ),
        pytest.param(GaussianNB(), without("n_features_in_", var_="sigma_"), id="bayes"),
        pytest.param(
            KMeans(3, random_state=0), without("n_features_in_", "_n_threads"), id="means"
        ),
        pytest.param(
            OneVsOneClassifier(LogisticRegression()),
            _of_its_members(without("n_features_in_"), "estimators_"),
            id="pairs",
        ),
        pytest.param(
            MLPRegressor(hidden_layer_sizes=(3,), tol=10.0), without("n_features_in_"), id="network"
        ),
        pytest.param(
            GaussianProcessRegressor(optimizer=None),
            without("n_features_in_", "_y_train_std"),
            id="process",
        ),
        pytest.param(
            StackingClassifier([("a", LogisticRegression())], cv=2),
            without(_label_encoder="_le"),
            id="stacking",
        ),
        pytest.param(
            CalibratedClassifierCV(GaussianNB(), cv=2),
            _of_its_members(
                without(estimator="base_estimator", calibrators="calibrators_"),
                "calibrated_classifiers_",
            ),
            id="calibration",
        ),
        pytest.param(
            PolynomialFeatures(2),
            without(
                "_min_degree", "_max_degree", "_n_out_full", n_features_in_="n_input_features_"
            ),
            id="polynomials",
        ),
        pytest.param(
            SimpleImputer(),
            without("_fit_dtype", "_fill_dtype", "keep_empty_features", "n_features_in_"),
            id="imputer",
        ),
        pytest.param(
            OneHotEncoder(drop="first"),
            without(
                "n_features_in_",
                "_infrequent_enabled",
                "_drop_idx_after_grouping",
                "_n_features_outs",
                sparse_output="sparse",
            ),
            id="one column each",
        ),
        pytest.param(
            OrdinalEncoder(),
            without("n_features_in_", "_missing_indices", "_infrequent_enabled"),
            id="codes",
        ),
    ],
)
def test_model_with_the_attributes_of_an_older_release_predicts_as_before(
    model: Any, change: Callable[[Any], None], tmp_path: Path
) -> None:
    rows = CODES if isinstance(model, OneHotEncoder | OrdinalEncoder) else SMALL
    model.fit(rows, LABELS)
    expected = outputs(model, rows)
    change(model)

    loaded = load(model, tmp_path, "0.22.2")

    np.testing.assert_array_equal(outputs(loaded, rows), expected)


def test_regression_by_support_vectors_that_counted_none_predicts_as_before(
    tmp_path: Path,
) -> None:
    model = SVR().fit(SMALL, LABELS)
    expected = model.predict(SMALL)
    del model._n_support
    model.__dict__["n_support_"] = np.zeros(2, dtype=np.int32)  # up to 0.21

    loaded = load(model, tmp_path, "0.21.3")

    np.testing.assert_array_equal(loaded.predict(SMALL), expected)


@pytest.mark.parametrize("one_bound", [False, True])
def test_iterative_imputer_that_did_not_list_its_empty_columns_imputes_as_before(
    one_bound: bool, tmp_path: Path
) -> None:
    rows = np.where(np.arange(600).reshape(150, 4) % 7 == 0, np.nan, ROWS)
    model = IterativeImputer(max_iter=2, tol=10.0, max_value=5.0).fit(rows)
    expected = model.transform(rows)
    without("_is_empty_feature")(model)
    if one_bound:  # up to 0.22 it was the same for all columns
        model._min_value, model._max_value = -np.inf, 5.0

    loaded = load(model, tmp_path, "0.22.2" if one_bound else "1.5.2")

    assert loaded._max_value.tolist() == [5.0] * 4
    np.testing.assert_array_equal(loaded.transform(rows), expected)


def test_isotonic_regression_by_its_names_up_to_0_23_predicts_as_before(tmp_path: Path) -> None:
    model = IsotonicRegression(out_of_bounds="clip").fit(ROWS[:, 0], LABELS)
    expected = model.predict(ROWS[:, 0])
    without(X_thresholds_="_necessary_X_", y_thresholds_="_necessary_y_")(model)

    loaded = load(model, tmp_path, "0.23.2")

    np.testing.assert_array_equal(loaded.predict(ROWS[:, 0]), expected)


@pytest.mark.parametrize("lacking", [["_valid_mask"], ["_valid_mask", "_mask_fit_X"]])
def test_imputer_by_neighbours_that_did_not_note_what_was_missing(
    lacking: list[str], tmp_path: Path
) -> None:
    rows = np.where(np.arange(600).reshape(150, 4) % 7 == 0, np.nan, ROWS)
    model = KNNImputer().fit(rows)
    expected = model.transform(rows)
    without(*lacking)(model)

    loaded = load(model, tmp_path, "0.24.2")

    np.testing.assert_array_equal(loaded.transform(rows), expected)


def test_weights_of_words_that_were_on_a_diagonal_show_how_many_there_are(tmp_path: Path) -> None:
    counts = np.array([[1, 0, 2], [0, 1, 1]])
    model = TfidfTransformer().fit(counts)
    expected = outputs(model, counts)
    model._idf_diag = scipy.sparse.csr_matrix(np.diag(model.__dict__.pop("idf_")))
    without("n_features_in_")(model)

    loaded = load(model, tmp_path, "0.24.2")

    assert loaded.n_features_in_ == 3
    np.testing.assert_array_equal(outputs(loaded, counts), expected)


def test_words_weighted_by_a_vectorizer_that_kept_its_options_inside(tmp_path: Path) -> None:
    texts = ["one two", "two three three"]
    model = TfidfVectorizer(sublinear_tf=True).fit(texts)
    expected = outputs(model, texts)
    without("sublinear_tf", "norm", "use_idf", "smooth_idf")(model)

    loaded = load(model, tmp_path, "0.24.2")

    np.testing.assert_array_equal(outputs(loaded, texts), expected)


def test_function_of_each_value_takes_the_width_of_the_step_behind_it(tmp_path: Path) -> None:
    model = make_pipeline(FunctionTransformer(np.log1p), LinearRegression()).fit(ROWS, LABELS)
    del model[0].n_features_in_

    loaded = load(model, tmp_path, "1.0.2")

    assert loaded[0].n_features_in_ == 4


def test_what_another_release_holds_otherwise_is_refused_naming_it_and_never_as_damage(
    tmp_path: Path,
) -> None:
    model = RandomForestClassifier(2).fit(ROWS, LABELS)
    del model.estimator

    with pytest.raises(
        Refused,
        match=r"scikit-learn 1\.0\.2.*RandomForestClassifier, which lacks 'estimator'.*skl2onnx",
    ) as refusal:
        load(model, tmp_path, "1.0.2")

    assert "damaged" not in refusal.value.detail
