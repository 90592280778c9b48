"""Classifiers calibrated by isotonic regression, as steep as its curves may be, or by temperature.

skl2onnx looks up the nearest of the learned points; scikit-learn draws lines between them. Two
points may be one rounding apart, because the forest below adds up equal shares in another order:
so what comes in are the sums that scikit-learn computes, bit for bit.
https://scikit-learn.org/stable/modules/calibration.html#isotonic
"""

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
from skl2onnx import get_model_alias
from skl2onnx.algebra.onnx_ops import (
    OnnxAdd,
    OnnxAnd,
    OnnxConcat,
    OnnxDiv,
    OnnxEqual,
    OnnxGather,
    OnnxGreater,
    OnnxIdentity,
    OnnxLessOrEqual,
    OnnxMul,
    OnnxNeg,
    OnnxSoftmax,
    OnnxSub,
    OnnxWhere,
)
from skl2onnx.common._registration import get_converter, register_converter
from sklearn.calibration import CalibratedClassifierCV

from converter.estimators.custom_converters.constants import repeated
from converter.estimators.custom_converters.curves import on_curve
from converter.estimators.custom_converters.exact_sums import exact_scores
from converter.estimators.custom_converters.nodes import as_number, largest, pick
from converter.estimators.custom_converters.registry import VERSION
from inferx.errors import Refused

type Convert = Callable[[Any, Any, Any], None]

_DOUBLE = np.float64
_ZERO, _ONE = np.array([0.0]), np.array([1.0])
_A_LITTLE_MORE = np.array([1.0 + 1e-5])


def _added(nodes: list[Any]) -> Any:
    return reduce(lambda left, right: OnnxAdd(left, right, op_version=VERSION), nodes)


def _by_curves(calibrated: Any, source: Any) -> Any:
    """Return the probabilities ``(rows, classes)`` of one calibrated member."""
    scores = exact_scores(calibrated.estimator, source)
    count = len(calibrated.classes)
    if count == 2:
        positive = on_curve(calibrated.calibrators[0], scores)
        negative = OnnxSub(_ONE, positive, op_version=VERSION)
        return _at_most_one(OnnxConcat(negative, positive, axis=1, op_version=VERSION))
    places = np.searchsorted(calibrated.classes, calibrated.estimator.classes_)
    columns: list[Any] = [None] * count
    for number, (place, curve) in enumerate(zip(places, calibrated.calibrators, strict=True)):
        at = np.array([number], dtype=np.int64)
        columns[place] = on_curve(curve, OnnxGather(scores, at, axis=1, op_version=VERSION))
    none = repeated(np.zeros((1, 1)), source)
    columns = [none if column is None else column for column in columns]
    together = OnnxConcat(*columns, axis=1, op_version=VERSION)
    sums = _added(columns)
    empty = OnnxEqual(sums, _ZERO, op_version=VERSION)
    divisor = OnnxWhere(empty, _ONE, sums, op_version=VERSION)
    shares = OnnxDiv(together, divisor, op_version=VERSION)
    return _at_most_one(OnnxWhere(empty, np.array([1 / count]), shares, op_version=VERSION))


def _by_temperature(calibrated: Any, source: Any) -> Any:
    """Return softmax of the scores, by one factor.

    Raises:
        Refused: over probabilities, which scikit-learn reads as scores for a whole batch as soon as
            one of them is above 1 by a rounding.
    """
    if not hasattr(calibrated.estimator, "decision_function"):
        raise Refused(
            "CalibratedClassifierCV(method='temperature') over probabilities has no ONNX form "
            "here, because what it predicts for a row depends on the others of its batch; use "
            "method='sigmoid' or 'isotonic'."
        )
    scores = exact_scores(calibrated.estimator, source)
    if len(calibrated.classes) == 2:
        other = OnnxNeg(scores, op_version=VERSION)
        scores = OnnxConcat(other, scores, axis=1, op_version=VERSION)
    beta = np.array([float(calibrated.calibrators[0].beta_)])
    scaled = OnnxMul(scores, beta, op_version=VERSION)
    return _at_most_one(OnnxSoftmax(scaled, axis=1, op_version=VERSION))


def _at_most_one(chances: Any) -> Any:
    more = OnnxAnd(
        OnnxGreater(chances, _ONE, op_version=VERSION),
        OnnxLessOrEqual(chances, _A_LITTLE_MORE, op_version=VERSION),
        op_version=VERSION,
    )
    return OnnxWhere(more, _ONE, chances, op_version=VERSION)


def _nodes(estimator: CalibratedClassifierCV, source: Any) -> list[Any]:
    members = estimator.calibrated_classifiers_
    build = _by_temperature if estimator.method == "temperature" else _by_curves
    sums = _added([build(member, source) for member in members])
    chances = OnnxDiv(sums, np.array([float(len(members))]), op_version=VERSION)
    return [pick(estimator.classes_, largest(chances)), chances]


def _converter(other: Convert) -> Convert:
    def convert(scope: Any, operator: Any, container: Any) -> None:
        estimator = operator.raw_operator
        if estimator.method not in ("isotonic", "temperature"):
            other(scope, operator, container)
            return
        label, chances = _nodes(estimator, operator.inputs[0])
        number = np.float64 if _is_double(operator.outputs[1]) else np.float32
        for node, output in zip((label, as_number(chances, number)), operator.outputs, strict=True):
            named = OnnxIdentity(node, op_version=VERSION, output_names=[output])
            named.add_to(scope, container)

    return convert


def _is_double(variable: Any) -> bool:
    return type(variable.type).__name__.startswith("Double")


def add() -> None:
    """Register it again; other methods stay with skl2onnx."""
    alias = get_model_alias(CalibratedClassifierCV)
    known = get_converter(alias)
    register_converter(
        alias, _converter(known._fct), overwrite=True, options=known.get_allowed_options()
    )
