"""Classifiers of several outputs: labels and probabilities of each side by side.

https://scikit-learn.org/stable/modules/multiclass.html#multioutputclassifier
"""

import copy
from types import SimpleNamespace
from typing import Any

from skl2onnx.algebra.onnx_ops import OnnxConcat, OnnxUnsqueeze
from sklearn.ensemble._forest import ForestClassifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier

from converter.estimators.custom_converters.nodes import LAST, column, predicted, probabilities
from converter.estimators.custom_converters.registry import VERSION, register


def gives_probabilities(estimator: Any) -> bool:
    """Return whether the graph of a classifier of several outputs has probabilities as well.

    It has where every output has as many classes: a tensor has one width.
    """
    last = estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator
    if not isinstance(last, MultiOutputClassifier | ForestClassifier | DecisionTreeClassifier):
        return False
    alike = len({len(classes) for classes in last.classes_}) == 1
    return alike and hasattr(last, "predict_proba")


def apart(estimator: Any) -> Any:
    """Split a forest or tree of several outputs into one model per output, as graphs need them.

    The copy is for conversion; it cannot predict. Other models are returned as they are.
    """
    if isinstance(estimator, Pipeline):
        name, last = estimator.steps[-1]
        plain = apart(last)
        return estimator if plain is last else Pipeline([*estimator.steps[:-1], (name, plain)])
    if not isinstance(estimator, ForestClassifier | DecisionTreeClassifier):
        return estimator
    if estimator.n_outputs_ == 1:
        return estimator
    several = MultiOutputClassifier(estimator)
    several.estimators_ = [_of_output(estimator, k) for k in range(estimator.n_outputs_)]
    several.classes_ = estimator.classes_
    several.n_features_in_ = estimator.n_features_in_
    return several


def _of_output(estimator: Any, output: int) -> Any:
    one = copy.copy(estimator)
    one.n_outputs_, one.classes_ = 1, estimator.classes_[output]
    one.n_classes_ = len(one.classes_)
    if isinstance(estimator, ForestClassifier):
        one.estimators_ = [_of_output(member, output) for member in estimator.estimators_]
        return one
    tree = estimator.tree_
    kept = ("children_left", "children_right", "feature", "threshold", "missing_go_to_left")
    counts = ("node_count", "n_node_samples")
    one.tree_ = SimpleNamespace(
        **{name: getattr(tree, name) for name in (*kept, *counts)},
        n_outputs=1,
        value=tree.value[:, output : output + 1, : one.n_classes_],
    )
    return one


def _outputs(estimator: MultiOutputClassifier) -> list[str]:
    return ["label", "probabilities"] if gives_probabilities(estimator) else ["label"]


def _build(estimator: MultiOutputClassifier, source: Any, _: Any) -> list[Any]:
    members = estimator.estimators_
    labels = OnnxConcat(
        *(column(predicted(member, source)) for member in members), axis=1, op_version=VERSION
    )
    if not gives_probabilities(estimator):
        return [labels]
    chances = [
        OnnxUnsqueeze(probabilities(member, source), LAST, op_version=VERSION) for member in members
    ]
    return [labels, OnnxConcat(*chances, axis=1, op_version=VERSION)]


def add() -> None:
    """Register MultiOutputClassifier; skl2onnx gives its probabilities as a sequence."""
    register(MultiOutputClassifier, _build, _outputs)
