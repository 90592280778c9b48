"""Boosters whose saved model lies to readers and predictors that would trust it."""

import json
import pickle
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris

from converter.loading.lightgbm_model import checked_text
from converter.loading.ubjson import Document
from converter.loading.xgboost_model import checked_model
from inferx.errors import Refused
from tests.security.forging import MODEL, TREE, at, loaded, refused

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from lightgbm import LGBMClassifier, LGBMRegressor
    from xgboost import XGBClassifier, XGBRegressor

pytestmark = pytest.mark.filterwarnings("ignore")

ROWS, LABELS = load_iris(return_X_y=True)
PEOPLE, AMOUNTS = load_diabetes(return_X_y=True)
CODED = np.column_stack([ROWS, np.arange(150) % 6])
KINDS = np.arange(150) % 6 * 2 % 3


@pytest.fixture(scope="module")
def xgboost_handle() -> bytes:
    model = XGBClassifier(n_estimators=2, max_depth=2).fit(ROWS, LABELS)
    return bytes(model.get_booster().__getstate__()["handle"])


@pytest.fixture(scope="module")
def xgboost_json() -> str:
    model = XGBClassifier(n_estimators=2, max_depth=2).fit(ROWS, LABELS)
    return model.get_booster().save_raw("json").decode()


@pytest.fixture(scope="module")
def lightgbm_text() -> str:
    model = LGBMClassifier(n_estimators=2, verbose=-1, min_data_per_group=2, cat_smooth=1)
    text: str = model.fit(CODED, KINDS, categorical_feature=[4]).booster_.model_to_string()
    assert "num_cat=1" in text
    return text


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(at(*TREE, "left_children", 0, value=0), id="a node is its own child"),
        pytest.param(at(*TREE, "left_children", 0, value=10**9), id="a child outside"),
        pytest.param(at(*TREE, "right_children", 0, value=-7), id="a child before the tree"),
        pytest.param(at(*TREE, "right_children", 0, value=1), id="a child twice"),
        pytest.param(at(*TREE, "right_children", 0, value=-1), id="half a leaf"),
        pytest.param(at(*TREE, "parents", 1, value=2), id="another parent"),
        pytest.param(at(*TREE, "split_indices", 0, value=4), id="a column that is not there"),
        pytest.param(at(*TREE, "split_indices", 0, value=-1), id="a column before the first"),
        pytest.param(at(*TREE, "split_conditions", value=lambda v: v[:1]), id="one condition"),
        pytest.param(at(*TREE, "default_left", value=lambda v: v[:1]), id="one default"),
        pytest.param(at(*TREE, "tree_param", "num_nodes", value="999"), id="more nodes"),
        pytest.param(at(*TREE, "tree_param", "num_nodes", value="0"), id="no nodes"),
        pytest.param(at(*TREE, "tree_param", "size_leaf_vector", value="9"), id="leaves of nine"),
        pytest.param(at(*TREE, "split_type", 0, value=1), id="a set of categories"),
        pytest.param(at(*TREE, "categories_nodes", value=[0]), id="categories of no split"),
        pytest.param(at(*MODEL, "tree_info", 0, value=3), id="a tree of no class"),
        pytest.param(at(*MODEL, "tree_info", value=lambda v: v[:1]), id="classes of one tree"),
        pytest.param(at(*MODEL, "iteration_indptr", 1, value=99), id="rounds of more trees"),
        pytest.param(at(*MODEL, "iteration_indptr", value=[0, 6, 3, 6]), id="rounds backwards"),
        pytest.param(at(*MODEL, "gbtree_model_param", "num_trees", value="9"), id="more trees"),
        pytest.param(at("learner_model_param", "num_class", value="9"), id="more classes"),
        pytest.param(at("learner_model_param", "num_class", value="-3"), id="fewer than none"),
        pytest.param(at("learner_model_param", "num_class", value="2"), id="fewer classes"),
        pytest.param(at("learner_model_param", "num_target", value="2"), id="classes and targets"),
        pytest.param(at("learner_model_param", "num_feature", value="0"), id="no columns"),
        pytest.param(at("learner_model_param", "base_score", value="[1,1]"), id="two scores"),
        pytest.param(at("feature_names", value=["a"]), id="one name"),
        pytest.param(at("objective", "name", value="rank:pairwise"), id="ranks of three classes"),
        pytest.param(at("objective", "name", value="other:loss"), id="another objective"),
        pytest.param(at("attributes", value={"best_iteration": "2"}), id="a best round too late"),
        pytest.param(at("attributes", value={"best_iteration": "-9"}), id="a best round too early"),
        pytest.param(
            at("objective", "softmax_multiclass_param", "num_class", value="9"),
            id="trained for more classes",
        ),
        pytest.param(at("gradient_booster", "name", value="gblinear"), id="no weights"),
        pytest.param(at("gradient_booster", "name", value="other"), id="another booster"),
    ],
)
def test_xgboost_model_that_does_not_fit_is_refused(change: Any, xgboost_json: str) -> None:
    model = json.loads(xgboost_json)
    change(model["learner"])

    with pytest.raises(Refused, match="XGBoost model"):
        checked_model(json.dumps({"Model": model}, separators=(",", ":")).encode())


def test_honest_xgboost_model_of_text_passes(xgboost_json: str) -> None:
    content = checked_model(b'{"Model":' + xgboost_json.encode() + b"}")

    assert json.loads(content) == json.loads(xgboost_json)


LONG = b"L" + (2**62).to_bytes(8, "big")


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(b"{L", id="cut"),
        pytest.param(b"S" + LONG, id="a giant text"),
        pytest.param(b"[$d#" + LONG, id="a giant list"),
        pytest.param(b"[$d#L" + b"\xff" * 8, id="a list of fewer than none"),
        pytest.param(b"[$S#U\x01", id="a typed list of texts"),
        pytest.param(b"[#" + LONG, id="a giant list of no type"),
        pytest.param(b"[" * 100_000, id="nested lists"),
        pytest.param(b"{U\x01aTU\x01aT}", id="a key twice"),
        pytest.param(b"TT", id="two values"),
        pytest.param(b"Sd\x00\x00\x00\x00", id="a length that is no integer"),
        pytest.param(b"?", id="an unknown kind"),
    ],
)
def test_document_that_lies_about_its_lengths_is_refused(document: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Document(document)


@pytest.mark.parametrize("cut", [1, 1_000, 10_000])
def test_cut_xgboost_model_is_refused(cut: int, xgboost_handle: bytes) -> None:
    with pytest.raises(Refused, match="damaged"):
        checked_model(xgboost_handle[:-cut])


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        pytest.param(r"left_child=\S+", "left_child=0", id="a node is its own child"),
        pytest.param(r"right_child=\S+", "right_child=999", id="a child outside"),
        pytest.param(r"left_child=\S+", "left_child=-999", id="a leaf outside"),
        pytest.param(r"left_child=.*", "left_child=1 1", id="a child twice"),
        pytest.param(r"split_feature=\S+", "split_feature=5", id="a column that is not there"),
        pytest.param(r"split_feature=\S+", "split_feature=-1", id="a column before the first"),
        pytest.param(r"num_leaves=\d+", "num_leaves=99", id="more leaves"),
        pytest.param(r"num_leaves=\d+", "num_leaves=-1", id="fewer leaves than none"),
        pytest.param(r"num_cat=1", "num_cat=9", id="more sets"),
        pytest.param(r"cat_boundaries=.*", "cat_boundaries=0 99", id="a set of more words"),
        pytest.param(r"cat_boundaries=.*", "cat_boundaries=5 1", id="a set from the middle"),
        pytest.param(r"cat_threshold=.*", "cat_threshold=", id="a set without words"),
        pytest.param(r"threshold=0", "threshold=7", id="a set that is not there"),
        pytest.param(r"decision_type=\S+", "decision_type=300", id="no decision"),
        pytest.param(r"leaf_value=\S+", "leaf_value=x", id="a leaf of text"),
        pytest.param(r"leaf_value=.*", "leaf_value=1", id="one leaf"),
        pytest.param(r"threshold=\S+", "threshold=1_0", id="a number only Python reads"),
        pytest.param(r"is_linear=0", "is_linear=1", id="linear trees"),
        pytest.param(r"Tree=0\n", "Tree=7\n", id="a tree out of order"),
        pytest.param(r"num_cat=", "num_leaves=3\nnum_cat=", id="a size twice"),
        pytest.param(r"\nnum_class=3", "\nnum_class=2", id="fewer classes than trees"),
        pytest.param(r"num_tree_per_iteration=3", "num_tree_per_iteration=4", id="no whole stage"),
        pytest.param(r"num_class:3", "num_class:99", id="trained for more classes"),
        pytest.param(r" num_class:3", "", id="trained for unknown classes"),
        pytest.param(r" num_class:3", r"\g<0> num_class:9", id="trained for classes twice"),
        pytest.param(r"objective=.*", "objective=", id="an objective without a name"),
        pytest.param(r"max_feature_idx=4", "max_feature_idx=9", id="more columns than names"),
        pytest.param(r"feature_infos=\S+", "feature_infos=[", id="half a range"),
        pytest.param(r"version=v4", "version=v9", id="another version"),
    ],
)
def test_lightgbm_model_that_does_not_fit_is_refused(
    written: str, instead: str, lightgbm_text: str
) -> None:
    forged = re.sub(written, instead, lightgbm_text, count=1)
    assert forged != lightgbm_text

    with pytest.raises(Refused, match="LightGBM model"):
        checked_text(forged)


def test_sizes_that_a_lightgbm_text_declares_are_computed_not_trusted(lightgbm_text: str) -> None:
    forged = re.sub(r"tree_sizes=.*", "tree_sizes=" + "9" * 18, lightgbm_text)

    assert checked_text(forged) == checked_text(lightgbm_text)


@pytest.mark.parametrize("width", [1, 10**6])
def test_booster_of_another_width_than_its_estimator_is_refused(width: int, tmp_path: Path) -> None:
    model = LGBMClassifier(n_estimators=1, verbose=-1).fit(ROWS, LABELS)
    model._n_features = width

    assert refused(model, tmp_path)


@pytest.mark.parametrize(
    "fit",
    [
        pytest.param(lambda: XGBClassifier(n_estimators=3).fit(ROWS, LABELS), id="classes"),
        pytest.param(lambda: XGBClassifier(n_estimators=3).fit(ROWS, LABELS > 1), id="two"),
        pytest.param(lambda: XGBRegressor(n_estimators=9, gamma=5).fit(PEOPLE, AMOUNTS), id="cut"),
        pytest.param(
            lambda: XGBRegressor(n_estimators=3, booster="dart").fit(PEOPLE, AMOUNTS), id="dart"
        ),
        pytest.param(
            lambda: XGBRegressor(n_estimators=3, booster="gblinear").fit(PEOPLE, AMOUNTS),
            id="linear",
        ),
        pytest.param(
            lambda: XGBRegressor(n_estimators=3).fit(PEOPLE, np.c_[AMOUNTS, AMOUNTS]), id="pairs"
        ),
        pytest.param(
            lambda: LGBMRegressor(n_estimators=3, verbose=-1).fit(PEOPLE[:5], AMOUNTS[:5]),
            id="trees of one leaf",
        ),
        pytest.param(
            lambda: LGBMRegressor(
                n_estimators=3, verbose=-1, boosting_type="rf", bagging_freq=1, subsample=0.5
            ).fit(PEOPLE, AMOUNTS),
            id="averaged",
        ),
        pytest.param(
            lambda: LGBMRegressor(n_estimators=3, verbose=-1, objective="tweedie").fit(
                PEOPLE, AMOUNTS
            ),
            id="tweedie",
        ),
    ],
)
def test_honest_booster_predicts_as_before(fit: Callable[[], Any], tmp_path: Path) -> None:
    model = fit()
    rows = ROWS if model.n_features_in_ == 4 else PEOPLE

    np.testing.assert_array_equal(loaded(model, tmp_path).predict(rows), model.predict(rows))


def test_honest_booster_with_categories_predicts_as_before(tmp_path: Path) -> None:
    model = LGBMClassifier(n_estimators=3, verbose=-1, min_data_per_group=2, cat_smooth=1)
    model.fit(CODED, KINDS, categorical_feature=[4])

    read = pickle.loads(pickle.dumps(loaded(model, tmp_path)))

    np.testing.assert_array_equal(read.predict_proba(CODED), model.predict_proba(CODED))
