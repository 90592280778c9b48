"""skl2onnx's options for one model: plain probabilities, and texts read without a locale."""

from typing import Any

from sklearn.base import is_classifier
from sklearn.svm import LinearSVC

from converter.loading.structure import parts_of

OPSET = {"": 21, "ai.onnx.ml": 3}
"""skl2onnx's own default makes IsolationForest fail."""

_NO_PROBABILITY_MAP = ("LinearSVC",)


def options_for(estimator: Any) -> dict[int, dict[str, Any]]:
    """Collect the options by the id of the part they are for."""
    options: dict[int, dict[str, Any]] = {}
    last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    if is_classifier(estimator) and type(last).__name__ not in _NO_PROBABILITY_MAP:
        options[id(estimator)] = {"zipmap": False}
    for part in parts_of(estimator):
        if isinstance(part, LinearSVC) and part is not estimator:
            options[id(part)] = {"nocl": False}  # else skl2onnx gives it one that it then refuses
    return options
