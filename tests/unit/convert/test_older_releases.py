"""Models of scikit-learn 0.21 to 1.1: each difference in what they hold is put right."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.ensemble import (
    BaggingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
    StackingClassifier,
)
from sklearn.experimental import enable_iterative_imputer  # noqa: F401  # IterativeImputer's
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.impute import IterativeImputer, SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, SGDClassifier
from sklearn.multiclass import OneVsOneClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    StandardScaler,
)
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier

from converter.loading import load_estimator
from converter.loading.inert import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    HuberLossFunction,
)
from inferx.errors import Refused
from tests.unit.convert.writing import by_name, dumped

ROWS, LABELS = load_iris(return_X_y=True)
SMALL = StandardScaler().fit_transform(ROWS)
CODES = np.round(ROWS)


def load(
    model: Any, tmp_path: Path, version: str, written: Mapping[Any, bytes] | None = None
) -> Any:
    path = tmp_path / "model.pkl"
    path.write_bytes(dumped(model, written=written))
    return load_estimator(path, version)


def outputs(model: Any, rows: Any) -> Any:
    made = (model.predict if hasattr(model, "predict") else model.transform)(rows)
    return made.toarray() if hasattr(made, "toarray") else np.asarray(made)


def without(*names: str, **renamed: str) -> Callable[[Any], None]:
    """Take attributes away from a model, and give others the name that they had."""

    def change(model: Any) -> None:
        for name in names:
            vars(model).pop(name, None)
        for new, old in renamed.items():
            vars(model)[old] = vars(model).pop(new)

    return change


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


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (SGDClassifier(loss="log_loss", random_state=0), {"loss": "log"}),
        (GradientBoostingRegressor(n_estimators=2), {"loss": "ls"}),
        (HistGradientBoostingClassifier(max_iter=2), {"loss": "categorical_crossentropy"}),
    ],
)
def test_parameter_gets_the_value_of_today(
    model: Any, values: dict[str, str], tmp_path: Path
) -> None:
    now = model.fit(SMALL, LABELS).get_params()
    vars(model).update(values)

    loaded = load(model, tmp_path, "1.0.2")

    assert loaded.get_params() == now


def test_forest_that_judged_outliers_in_the_old_way_is_refused(tmp_path: Path) -> None:
    model = IsolationForest(n_estimators=2).fit(ROWS)
    model._threshold_ = -0.1

    with pytest.raises(Refused, match="behaviour='old'"):
        load(model, tmp_path, "0.21.3")


def test_iterative_imputer_that_did_not_list_its_empty_columns_imputes_as_before(
    tmp_path: Path,
) -> None:
    rows = np.where(np.arange(600).reshape(150, 4) % 7 == 0, np.nan, ROWS)
    model = IterativeImputer(max_iter=2, tol=10.0).fit(rows)
    expected = model.transform(rows)
    without("_is_empty_feature")(model)

    loaded = load(model, tmp_path, "1.5.2")

    np.testing.assert_array_equal(loaded.transform(rows), expected)


def test_words_weighted_by_a_vectorizer_that_kept_its_options_inside(tmp_path: Path) -> None:
    texts = ["one two", "two three three"]
    model = TfidfVectorizer(sublinear_tf=True).fit(texts)
    expected = outputs(model, texts)
    without("sublinear_tf", "norm", "use_idf", "smooth_idf")(model)

    loaded = load(model, tmp_path, "0.24.2")

    np.testing.assert_array_equal(outputs(loaded, texts), expected)


@pytest.mark.parametrize(
    ("model", "labels", "loss"),
    [
        (GradientBoostingRegressor(loss="huber", n_estimators=3), LABELS, HuberLossFunction),
        (HistGradientBoostingClassifier(max_iter=3), LABELS, CategoricalCrossEntropy),
        (HistGradientBoostingClassifier(max_iter=3), LABELS > 0, BinaryCrossEntropy),
    ],
)
def test_boosting_with_a_loss_that_is_gone_predicts_as_before(
    model: Any, labels: Any, loss: type[Any], tmp_path: Path
) -> None:
    model.fit(ROWS, labels)
    expected = model.predict(ROWS)
    vars(model).pop("_loss")
    model.loss_ = loss()
    if hasattr(model, "_baseline_prediction"):
        model._baseline_prediction = model._baseline_prediction.reshape(-1, 1)
    of_then = by_name("sklearn.ensemble._gb_losses", loss.__name__)

    loaded = load(model, tmp_path, "0.24.2", {loss: of_then})

    np.testing.assert_array_equal(loaded.predict(ROWS), expected)


def test_histogram_trees_from_before_categories_are_laid_out_anew(tmp_path: Path) -> None:
    model = HistGradientBoostingClassifier(max_iter=3).fit(ROWS, LABELS)
    expected = model.predict_proba(ROWS)
    for tree in [tree for trees in model._predictors for tree in trees]:
        kept = [
            name for name in tree.nodes.dtype.names if name not in ("is_categorical", "bitset_idx")
        ]
        tree.nodes = np.array(
            tree.nodes[kept].tolist(),
            dtype=[(name.replace("num_", ""), tree.nodes.dtype[name]) for name in kept],
        )
        del tree.raw_left_cat_bitsets, tree.binned_left_cat_bitsets
    del model._bin_mapper.is_categorical_
    without(_bin_mapper="bin_mapper_")(model)

    loaded = load(model, tmp_path, "0.22.2")

    np.testing.assert_array_equal(loaded.predict_proba(ROWS), expected)


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param(["b", "a"], id="names"),
        pytest.param([1, 0], id="numbers"),
        pytest.param([-3, 0], id="numbers from the end"),
        pytest.param(slice("a", "b"), id="slice of names"),
        pytest.param(slice(0, 2), id="slice"),
        pytest.param([True, False, True, False], id="mask"),
        pytest.param("b", id="one name"),
    ],
)
def test_columns_are_numbered_as_they_were_chosen(columns: Any, tmp_path: Path) -> None:
    model = ColumnTransformer([("scaled", StandardScaler(), columns)], remainder="passthrough")
    names = np.array(["a", "b", "c", "d"], dtype=object)
    numbers = _chosen(columns, names.tolist())
    model.set_params(transformers=[("scaled", StandardScaler(), numbers)]).fit(ROWS)
    expected = model.transform(ROWS)
    places = model.__dict__.pop("_transformer_to_input_indices")
    (_, scaler, _), (_, _, rest) = model.transformers_
    model.transformers_ = [("scaled", scaler, columns), ("remainder", "passthrough", rest)]
    model._feature_names_in = names

    loaded = load(model, tmp_path, "0.24.2")

    assert loaded._transformer_to_input_indices == places
    assert loaded.feature_names_in_.tolist() == names.tolist()
    rest_of = loaded.transformers_[1][1]
    np.testing.assert_array_equal(rest_of.transform(ROWS[:, rest]), expected[:, len(numbers) :])


def _chosen(columns: Any, names: list[str]) -> list[int]:
    """Number columns as pandas would choose them, for names that are all different."""
    places = list(range(len(names)))
    if columns == slice("a", "b"):
        return [0, 1]
    if isinstance(columns, slice):
        return places[columns]
    chosen = [columns] if isinstance(columns, str) else columns
    if isinstance(chosen[0], bool):
        return [place for place in places if chosen[place]]
    return [names.index(one) if isinstance(one, str) else places[one] for one in chosen]


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
