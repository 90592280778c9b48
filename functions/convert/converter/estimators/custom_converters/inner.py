"""Fitted estimators inside the graph of another one: single ones, and whole pipelines.

skl2onnx takes each as one operator with the outputs that its class has. A pipeline, or whatever
else becomes several operators, is put behind a :class:`Whole`, which has those of its last step.
"""

from typing import Any

from skl2onnx import update_registered_converter
from skl2onnx._parse import _parse_sklearn, _parse_sklearn_simple_model
from skl2onnx.algebra.onnx_operator import OnnxSubEstimator, WrappedModelAlias
from skl2onnx.common._apply_operation import apply_cast, apply_identity
from skl2onnx.common.data_types import guess_proto_type
from sklearn.base import BaseEstimator, is_classifier
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.svm import LinearSVC

from converter.estimators.custom_converters.registry import VERSION, label_type, number_type

_ALIAS = "InferXWhole"
_OPTIONS = {"zipmap": [True, False, "columns"], "raw_scores": [True, False]}


class Whole(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Stands for an estimator of several operators."""

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    def onnx_parser(self) -> Any:
        """Return how skl2onnx learns what outputs there are."""
        return lambda **given: self.outputs_for(given["inputs"])

    def outputs_for(self, inputs: Any) -> list[tuple[str, Any]]:
        """Name the outputs and their types."""
        number = number_type(inputs[0])
        if not is_classifier(self.estimator):
            return [("variable", number([None, None]))]
        outputs = [("label", label_type(self.estimator)([None]))]
        if hasattr(self.estimator, "predict_proba") or _has_scores(self.estimator):
            outputs.append(("probabilities", number([None, None])))
        return outputs


def _has_scores(estimator: Any) -> bool:
    return hasattr(estimator, "decision_function")


def inner(estimator: Any, source: Any, options: dict[str, Any] | None = None) -> Any:
    """Return the outputs of a fitted estimator inside the graph, as skl2onnx orders them."""
    if isinstance(estimator, Pipeline | ColumnTransformer | FeatureUnion):
        estimator = WrappedModelAlias(Whole(estimator), _ALIAS)
    return OnnxSubEstimator(estimator, source, op_version=VERSION, options=options)


def expand(scope: Any, operator: Any, container: Any, estimator: Any, raw: bool) -> None:
    """Add the operators of an estimator that is several, and hand on its outputs.

    Args:
        scope: skl2onnx's names.
        operator: the one operator that stands for it.
        container: where the nodes go.
        estimator: a pipeline, or another estimator that has a parser of its own.
        raw: whether a classifier's scores are asked for in place of its probabilities.
    """
    outputs = operator.inputs
    steps = [step for _, step in estimator.steps] if hasattr(estimator, "steps") else [estimator]
    for step in steps:
        options = _options(container, step, raw and step is steps[-1])
        scope.add_options(id(step), options)
        container.add_options(id(step), options)
        parse = _parse_sklearn_simple_model if isinstance(step, LinearSVC) else _parse_sklearn
        outputs = parse(scope, step, outputs, custom_parsers=None)
    for given, wanted in zip(outputs, operator.outputs, strict=False):
        if isinstance(wanted.type, type(given.type)):
            apply_identity(scope, given.full_name, wanted.full_name, container)
        else:
            kind = guess_proto_type(wanted.type)
            apply_cast(scope, given.full_name, wanted.full_name, container, to=kind)


def _options(container: Any, step: Any, raw: bool) -> dict[str, Any]:
    options = {}
    if is_classifier(step) and container.has_options(step, "zipmap"):
        options["zipmap"] = False
    if raw and _has_scores(step) and container.has_options(step, "raw_scores"):
        options["raw_scores"] = True
    return options


def _parse(scope: Any, model: Any, inputs: Any, custom_parsers: Any = None) -> Any:
    return _parse_sklearn_simple_model(scope, model, inputs, custom_parsers)


def _shapes(operator: Any) -> None:
    outputs = operator.raw_operator.outputs_for(operator.inputs)
    for output, (_, kind) in zip(operator.outputs, outputs, strict=True):
        output.type = kind


def _convert(scope: Any, operator: Any, container: Any) -> None:
    whole = operator.raw_operator
    raw = container.get_options(whole, {"raw_scores": False})["raw_scores"]
    expand(scope, operator, container, whole.estimator, raw)


def add() -> None:
    """Register it."""
    update_registered_converter(
        Whole,
        _ALIAS,
        _shapes,
        _convert,
        overwrite=True,
        parser=_parse,
        options=_OPTIONS,
    )
