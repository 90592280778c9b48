"""A stack of classifiers: what its members predict is what the last model sees.

https://scikit-learn.org/stable/modules/ensemble.html#stacked-generalization: skl2onnx takes the
label from the largest probability, and both columns of a member's scores for two classes.
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import OnnxConcat, OnnxGather
from sklearn.ensemble import StackingClassifier

from converter.estimators.custom_converters.nodes import (
    as_number,
    column,
    flat,
    pick,
    predicted,
    probabilities,
)
from converter.estimators.custom_converters.registry import VERSION, register
from converter.estimators.custom_converters.scores import decision


def _seen(member: Any, method: str, source: Any, dtype: Any) -> Any:
    if method == "decision_function":
        return decision(member, source, dtype)
    if method == "predict":
        return column(as_number(predicted(member, source), dtype))
    chances = probabilities(member, source)
    if len(member.classes_) > 2:
        return chances
    return OnnxGather(chances, np.array([1], dtype=np.int64), axis=1, op_version=VERSION)


def _classifier(estimator: StackingClassifier, source: Any, dtype: Any) -> list[Any]:
    pairs = zip(estimator.estimators_, estimator.stack_method_, strict=True)
    seen = [_seen(member, method, source, dtype) for member, method in pairs]
    if estimator.passthrough:
        seen.append(source)
    together = OnnxConcat(*seen, axis=1, op_version=VERSION)
    last = estimator.final_estimator_
    labels = pick(estimator.classes_, flat(predicted(last, together)))
    if not hasattr(last, "predict_proba"):
        return [labels]
    return [labels, probabilities(last, together)]


def _outputs(estimator: StackingClassifier) -> list[str]:
    has = hasattr(estimator.final_estimator_, "predict_proba")
    return ["label", "probabilities"] if has else ["label"]


def add() -> None:
    """Register it."""
    register(StackingClassifier, _classifier, _outputs)
