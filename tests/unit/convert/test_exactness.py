"""What a graph computes before the thresholds of trees is proved from the graph."""

from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper
from sklearn.ensemble import RandomForestClassifier, StackingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from converter.estimators.convert import convert_estimator
from converter.estimators.exactness import rounded_before_thresholds
from inferx.errors import Refused
from tests.support.ordinary_rows import TRAINING, classes, table


def scaled(before: int, *, cast: bool) -> onnx.ModelProto:
    """Build a graph that subtracts in the type ``before``, then asks a tree (left as a stub)."""
    nodes = [helper.make_node("Sub", ["X", "mean"], ["centred"])]
    if cast:
        nodes.append(helper.make_node("Cast", ["centred"], ["rounded"], to=TensorProto.FLOAT))
    source = "rounded" if cast else "centred"
    nodes.append(helper.make_node("TreeEnsembleRegressor", [source], ["Y"], domain="ai.onnx.ml"))
    graph = helper.make_graph(
        nodes,
        "scaled",
        [helper.make_tensor_value_info("X", before, [None, 1])],
        [helper.make_tensor_value_info("Y", TensorProto.FLOAT, [None, 1])],
        [helper.make_tensor("mean", before, [1], [0.5])],
    )
    return helper.make_model(graph)


def test_subtraction_in_float32_before_a_tree_is_found() -> None:
    assert rounded_before_thresholds(scaled(TensorProto.FLOAT, cast=False)) == "Sub"


def test_cast_just_before_a_tree_is_part_of_the_model() -> None:
    assert rounded_before_thresholds(scaled(TensorProto.DOUBLE, cast=True)) is None


def test_trees_over_scores_of_float32_are_refused_naming_the_operation(tmp_path: Path) -> None:
    rows = table(TRAINING, 0)
    stack = StackingClassifier(
        [("a", SVC()), ("b", DecisionTreeClassifier(max_depth=4))],
        RandomForestClassifier(5, random_state=0),
        cv=2,
    )
    model = make_pipeline(StandardScaler(), stack).fit(rows, classes(rows))

    with pytest.raises(Refused, match=r"before its trees can be computed in float32 only \(\w+\)"):
        convert_estimator(model, tmp_path / "model.onnx")
