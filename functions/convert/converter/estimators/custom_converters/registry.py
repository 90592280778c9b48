"""How a custom converter joins skl2onnx: one function from an input to output nodes."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from skl2onnx import get_model_alias, update_registered_converter
from skl2onnx.algebra.onnx_operator import OnnxOperator
from skl2onnx.algebra.onnx_ops import OnnxIdentity
from skl2onnx.common.data_types import (
    DoubleTensorType,
    FloatTensorType,
    Int64TensorType,
    StringTensorType,
    guess_numpy_type,
)
from sklearn.base import is_classifier

from converter.estimators.options import OPSET

VERSION = OPSET[""]

type Build = Callable[[Any, Any, Any], Sequence[Any]]
"""``(estimator, input, numpy dtype) -> output nodes``."""


def register(
    cls: type,
    build: Build,
    outputs: Sequence[str] | Callable[[Any], Sequence[str]],
    *,
    keeps_type: bool = False,
    keeps_width: bool = True,
    scores: Build | None = None,
) -> None:
    """Give skl2onnx a converter for ``cls``.

    Args:
        cls: the estimator's class.
        build: makes the graph; one node for each of ``outputs``.
        outputs: ``label``, ``probabilities``, ``prediction`` as estimators of the class give them,
            or a function that says what one of them gives.
        keeps_type: whether the output has the input's type (strings stay strings).
        keeps_width: whether an output that keeps the type has the input's width, too.
        scores: makes the graph with raw scores instead of probabilities, where a wrapper asks for
            them by skl2onnx's option ``raw_scores``.
    """

    def names(model: Any) -> Sequence[str]:
        return outputs(model) if callable(outputs) else outputs

    def parse(scope: Any, model: Any, inputs: Any, custom_parsers: Any = None) -> Any:
        del custom_parsers  # part of the signature that skl2onnx checks
        operator = scope.declare_local_operator(get_model_alias(type(model)), model)
        operator.inputs.extend(inputs)
        number = type(inputs[0].type) if keeps_type else number_type(inputs[0])
        for name in names(model):
            kind = label_type(model) if name == "label" else number
            operator.outputs.append(scope.declare_local_variable(name, kind()))
        return operator.outputs

    def shapes(operator: Any) -> None:
        source = operator.inputs[0]
        number = type(source.type) if keeps_type else number_type(source)
        model = operator.raw_operator
        for name, output in zip(names(model), operator.outputs, strict=False):
            if name == "label":
                output.type = label_type(model)([None])
            else:
                width = source.type.shape[1] if keeps_type and keeps_width else None
                output.type = number([None, width])

    def convert(scope: Any, operator: Any, container: Any) -> None:
        source, model = operator.inputs[0], operator.raw_operator
        chosen = build
        if scores is not None and container.get_options(model, {"raw_scores": False})["raw_scores"]:
            chosen = scores
        nodes = chosen(model, source, _dtype(source))
        for node, output in zip(nodes, operator.outputs, strict=False):
            named = OnnxIdentity(node, op_version=VERSION, output_names=[output])
            named.add_to(scope, container)

    options = {"zipmap": [True, False, "columns"], "nocl": [True, False]}
    if scores is not None:
        options["raw_scores"] = [True, False]
    update_registered_converter(
        cls,
        f"InferX{cls.__name__}",
        shapes,
        convert,
        overwrite=True,
        parser=parse,
        options=options if callable(outputs) or "label" in outputs else None,
    )


def check_nodes_once() -> None:
    """Leave out a check that skl2onnx repeats below each node that it has added.

    It asks whether the node's inputs were added, which adding it has just done, and theirs, along
    every path: where results are used twice at each step, the time doubles with each step.
    """
    OnnxOperator._verify_add_to_ = lambda _: None


def _dtype(variable: Any) -> Any:
    return np.float64 if guess_numpy_type(variable.type) == np.float64 else np.float32


def number_type(variable: Any) -> Any:
    """Return the type of the numbers that an estimator makes of a variable."""
    return DoubleTensorType if _dtype(variable) == np.float64 else FloatTensorType


def label_type(model: Any) -> Any:
    """Return the type of a classifier's labels in the graph."""
    classes = getattr(model, "classes_", None) if is_classifier(model) else None
    several = classes if isinstance(classes, list) else [classes]
    strings = classes is not None and any(np.asarray(part).dtype.kind in "USO" for part in several)
    return StringTensorType if strings else Int64TensorType
