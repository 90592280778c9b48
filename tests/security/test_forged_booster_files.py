"""Boosters' own files, and their sets of categories, that lie to readers and predictors."""

import json
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris

from converter.limits import TREE_DEPTH
from converter.loading.lightgbm_model import categories_in, checked_text
from converter.loading.native_boosters import load_booster
from converter.loading.xgboost_model import checked_model
from inferx.errors import Refused
from tests.security.forging import TREE, at

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from lightgbm import LGBMClassifier, LGBMRegressor
    from xgboost import XGBRegressor

pytestmark = pytest.mark.filterwarnings("ignore")

ROWS, _ = load_iris(return_X_y=True)
PEOPLE, AMOUNTS = load_diabetes(return_X_y=True)
CODED = np.column_stack([ROWS, np.arange(150) % 6])
KINDS = np.arange(150) % 6 * 2 % 3


@pytest.fixture(scope="module")
def lightgbm_text() -> str:
    model = LGBMClassifier(n_estimators=2, verbose=-1, min_data_per_group=2, cat_smooth=1)
    text: str = model.fit(CODED, KINDS, categorical_feature=[4]).booster_.model_to_string()
    assert "num_cat=1" in text
    return text


@pytest.fixture(scope="module")
def xgboost_categories() -> str:
    model = XGBRegressor(n_estimators=2, enable_categorical=True, feature_types=[*"qqqqc"])
    text: str = model.fit(CODED, KINDS).get_booster().save_raw("json").decode()
    assert json.loads(text)["learner"]["gradient_booster"]["model"]["trees"][0]["categories"]
    return text


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(at(*TREE, "categories", 0, value=-1), id="a code before the first"),
        pytest.param(at(*TREE, "categories", 0, value=2**31 - 1), id="a giant code"),
        pytest.param(at(*TREE, "categories", value=lambda v: v[:-1]), id="a code less"),
        pytest.param(at(*TREE, "categories", value=lambda v: [*v, 1]), id="a code of no set"),
        pytest.param(at(*TREE, "categories_nodes", 0, value=-1), id="a set of no node"),
        pytest.param(at(*TREE, "categories_nodes", 0, value=10**6), id="a set of a node outside"),
        pytest.param(at(*TREE, "categories_nodes", value=lambda v: v[:-1]), id="a node less"),
        pytest.param(at(*TREE, "categories_segments", 0, value=-1), id="a set from before"),
        pytest.param(at(*TREE, "categories_segments", 0, value=10**9), id="a set from outside"),
        pytest.param(at(*TREE, "categories_segments", value=lambda v: v[:-1]), id="a start less"),
        pytest.param(at(*TREE, "categories_sizes", 0, value=10**9), id="a set of more codes"),
        pytest.param(at(*TREE, "categories_sizes", 0, value=0), id="a set of no codes"),
        pytest.param(at(*TREE, "categories_sizes", 0, value=-1), id="a set of fewer codes"),
        pytest.param(at(*TREE, "split_type", value=lambda v: [0] * len(v)), id="no such splits"),
        pytest.param(at(*TREE, "split_type", value=lambda v: [1] * len(v)), id="splits of no set"),
        pytest.param(at(*TREE, "split_type", 0, value=2), id="an unknown split"),
    ],
)
def test_xgboost_sets_of_categories_that_do_not_fit_are_refused(
    change: Any, xgboost_categories: str
) -> None:
    model = json.loads(xgboost_categories)
    assert json.loads(checked_model(xgboost_categories.encode())) == model
    change(model["learner"])

    with pytest.raises(Refused, match="damaged"):
        checked_model(json.dumps(model).encode())


@pytest.mark.parametrize("ending", ["json", "ubj", "txt"])
def test_native_file_is_checked_before_its_library_reads_it(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"model.{ending}"
    if ending == "txt":
        LGBMRegressor(n_estimators=1, verbose=-1).fit(PEOPLE, AMOUNTS).booster_.save_model(path)
        content = re.sub(rb"left_child=\S+", b"left_child=999", path.read_bytes(), count=1)
    else:
        XGBRegressor(n_estimators=1).fit(PEOPLE, AMOUNTS).save_model(path)
        content = path.read_bytes()
        content = re.sub(rb'(num_trees["SL:\x00\x01]+)1', rb"\g<1>9", content, count=1)
    assert content != path.read_bytes()
    path.write_bytes(content)

    with pytest.raises(Refused, match="model in the file is damaged"):
        load_booster(path, "lightgbm_model" if ending == "txt" else "xgboost_model")


def test_category_column_that_is_not_there_is_refused(lightgbm_text: str) -> None:
    forged = lightgbm_text.replace("[categorical_feature: 4]", "[categorical_feature: 9]")
    assert forged != lightgbm_text

    with pytest.raises(Refused, match="LightGBM model"):
        checked_text(forged)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("{", id="half a list"),
        pytest.param("5", id="a number"),
        pytest.param("[1]", id="no lists"),
        pytest.param("[[[1]]]", id="nested lists"),
    ],
)
def test_category_values_that_are_no_lists_are_refused(line: str, lightgbm_text: str) -> None:
    with pytest.raises(Refused, match="LightGBM model"):
        categories_in(f"{lightgbm_text}\npandas_categorical:{line}\n")


def test_lightgbm_keeps_which_columns_are_categories_and_no_other_parameter(
    lightgbm_text: str,
) -> None:
    _, _, rest = checked_text(lightgbm_text).partition("end of trees\n")

    assert rest == "\nparameters:\n[categorical_feature: 4]\nend of parameters\n"


def test_lightgbm_tree_that_is_too_deep_for_the_runtime_is_refused(lightgbm_text: str) -> None:
    depth = TREE_DEPTH + 1
    lists = {
        "left_child": [*range(1, depth), -1],
        "right_child": range(-2, -depth - 2, -1),
        "leaf_value": [0] * (depth + 1),
        **dict.fromkeys(("split_feature", "decision_type", "threshold"), [0] * depth),
    }
    fields = [f"{name}={' '.join(map(str, values))}" for name, values in lists.items()]
    tree = "\n".join(["0", f"num_leaves={depth + 1}", "num_cat=0", *fields, "shrinkage=1", ""])
    head = lightgbm_text.partition("\nTree=")[0].replace("num_class=3", "num_class=1")
    head = head.replace("num_tree_per_iteration=3", "num_tree_per_iteration=1")
    head = re.sub("objective=.*", "objective=regression", head)

    with pytest.raises(Refused, match=r"LightGBM .* more than 10,000 levels deep"):
        checked_text(f"{head}\nTree={tree}\nend of trees\n")


def test_xgboost_tree_that_is_too_deep_for_the_runtime_is_refused(xgboost_categories: str) -> None:
    count = 2 * TREE_DEPTH + 3
    parents = [2**31 - 1, *(2 * (place // 2) for place in range(count - 1))]
    left = [place + 1 if place % 2 == 0 and place < count - 1 else -1 for place in range(count)]
    right = [child + 1 if child > 0 else -1 for child in left]
    model = json.loads(xgboost_categories)
    tree = model["learner"]["gradient_booster"]["model"]["trees"][0]
    tree |= {"left_children": left, "right_children": right, "parents": parents}
    whole = ("split_indices", "default_left", "split_type")
    tree |= dict.fromkeys(whole, [0] * count)
    real = ("split_conditions", "base_weights", "loss_changes", "sum_hessian")
    tree |= dict.fromkeys(real, [0.0] * count)
    tree["tree_param"]["num_nodes"] = str(count)

    with pytest.raises(Refused, match=r"XGBoost .* more than 10,000 levels deep"):
        checked_model(json.dumps(model).encode())
