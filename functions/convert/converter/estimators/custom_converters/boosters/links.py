"""What turns a booster's sum into a prediction, in the library's own floating type."""

from collections.abc import Callable
from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAbs,
    OnnxAdd,
    OnnxDiv,
    OnnxExp,
    OnnxGreater,
    OnnxLog,
    OnnxMul,
    OnnxReciprocal,
    OnnxSoftmax,
)

from converter.estimators.custom_converters.boosters.trees import Boosted
from converter.estimators.custom_converters.nodes import as_number
from converter.estimators.custom_converters.registry import VERSION


def linked(boosted: Boosted, scores: Any) -> Any:
    """Apply the booster's link to its scores."""
    return _LINKS[boosted.link](boosted, scores)


def both_chances(boosted: Boosted, scores: Any) -> Any:
    """Return the chances of both classes, each by the logistic function of its own score.

    Not ``Sigmoid``, whose small results are what is left of one.
    """
    slopes = np.array([boosted.slope, -boosted.slope], dtype=boosted.dtype)
    odds = OnnxExp(OnnxMul(scores, slopes, op_version=VERSION), op_version=VERSION)
    above = OnnxAdd(odds, _number(boosted, 1), op_version=VERSION)
    return OnnxReciprocal(above, op_version=VERSION)


def _number(boosted: Boosted, value: float) -> Any:
    return np.array([value], dtype=boosted.dtype)


def _identity(_: Boosted, scores: Any) -> Any:
    return scores


def _logistic(boosted: Boosted, scores: Any) -> Any:
    against = OnnxMul(scores, _number(boosted, -boosted.slope), op_version=VERSION)
    odds = OnnxExp(against, op_version=VERSION)
    one = _number(boosted, 1)
    return OnnxDiv(one, OnnxAdd(odds, one, op_version=VERSION), op_version=VERSION)


def _exp(_: Boosted, scores: Any) -> Any:
    return OnnxExp(scores, op_version=VERSION)


def _softmax(_: Boosted, scores: Any) -> Any:
    return OnnxSoftmax(scores, axis=1, op_version=VERSION)


def _hinge(boosted: Boosted, scores: Any) -> Any:
    above = OnnxGreater(scores, _number(boosted, 0), op_version=VERSION)
    return as_number(above, boosted.dtype)


def _softplus(boosted: Boosted, scores: Any) -> Any:
    odds = OnnxAdd(OnnxExp(scores, op_version=VERSION), _number(boosted, 1), op_version=VERSION)
    return OnnxLog(odds, op_version=VERSION)


def _square(_: Boosted, scores: Any) -> Any:
    return OnnxMul(scores, OnnxAbs(scores, op_version=VERSION), op_version=VERSION)


_LINKS: dict[str, Callable[[Boosted, Any], Any]] = {
    "exp": _exp,
    "hinge": _hinge,
    "identity": _identity,
    "logistic": _logistic,
    "softmax": _softmax,
    "softplus": _softplus,
    "square": _square,
}
