"""Pipelines inside wrappers that skl2onnx converts itself.

It asks every classifier inside for probabilities without a dictionary, and LinearSVC, which has
none, refuses the question; a wish for raw scores does not reach the last step.
"""

from typing import Any

from skl2onnx.common._registration import get_converter, register_converter

from converter.estimators.custom_converters.inner import expand

_PIPELINE = "SklearnPipeline"


def _convert(scope: Any, operator: Any, container: Any) -> None:
    pipeline = operator.raw_operator
    raw = container.get_options(pipeline, {"raw_scores": False})["raw_scores"]
    expand(scope, operator, container, pipeline, raw)


def add() -> None:
    """Register it again."""
    options = get_converter(_PIPELINE).get_allowed_options()
    register_converter(_PIPELINE, _convert, overwrite=True, options=options)
