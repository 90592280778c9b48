"""The graph of a booster: its trees, then what its library does to their sum."""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxAbs,
    OnnxAdd,
    OnnxConcat,
    OnnxDiv,
    OnnxEqual,
    OnnxGreater,
    OnnxIsNaN,
    OnnxLessOrEqual,
    OnnxMatMul,
    OnnxSub,
    OnnxTreeEnsembleRegressor_3,
    OnnxWhere,
)
from sklearn.base import is_classifier

from converter.estimators.custom_converters.boosters import number_codes
from converter.estimators.custom_converters.boosters.attributes import attributes_of
from converter.estimators.custom_converters.boosters.labelled import LabelledXGBClassifier
from converter.estimators.custom_converters.boosters.lightgbm_model import ZERO
from converter.estimators.custom_converters.boosters.links import both_chances, linked
from converter.estimators.custom_converters.boosters.reading import boosted_by
from converter.estimators.custom_converters.boosters.trees import Boosted
from converter.estimators.custom_converters.nodes import as_index, as_number, flat, largest, pick
from converter.estimators.custom_converters.registry import VERSION, register
from inferx.errors import Refused

_TREES_VERSION = 3
"""Of ``TreeEnsembleRegressor``: the first whose thresholds may be doubles."""
_ABOVE_HALF = np.float32(1.5 * 2**-24)
"""XGBoost's float32 logistic function is above one half for numbers above this."""


def add(library: str) -> None:
    """Register a library's estimators with skl2onnx."""
    number_codes.add()
    for cls in _classes(library):
        register(cls, _build, _outputs)


def _classes(library: str) -> tuple[type, ...]:
    if library == "xgboost":
        from xgboost import (  # noqa: PLC0415  # slow to import
            XGBClassifier,
            XGBRanker,
            XGBRegressor,
            XGBRFClassifier,
            XGBRFRegressor,
        )

        fitted = (XGBClassifier, XGBRFClassifier, XGBRanker, XGBRegressor, XGBRFRegressor)
        return *fitted, LabelledXGBClassifier
    from lightgbm import LGBMClassifier, LGBMRanker, LGBMRegressor  # noqa: PLC0415  # as above

    return LGBMClassifier, LGBMRanker, LGBMRegressor


def _outputs(estimator: Any) -> list[str]:
    return ["label", "probabilities"] if is_classifier(estimator) else ["prediction"]


def _build(estimator: Any, source: Any, dtype: Any) -> list[Any]:
    boosted = boosted_by(estimator)
    inputs = _as_compared(boosted, as_number(source, boosted.dtype))
    scores = as_number(_sum(boosted, inputs), boosted.dtype)
    if boosted.divisor > 1:
        divisor = np.array([boosted.divisor], dtype=boosted.dtype)
        scores = OnnxDiv(scores, divisor, op_version=VERSION)
    values = linked(boosted, scores)
    if not is_classifier(estimator):
        return [as_number(values, dtype)]
    if boosted.outputs > 1 and boosted.library == "xgboost" and boosted.link != "softmax":
        raise Refused(
            f"{type(estimator).__name__} with several labels a row has no ONNX form here; put "
            "MultiOutputClassifier around a model of one label."
        )
    if boosted.outputs > 1:
        index, probabilities = largest(values), values
    else:
        index, probabilities = _of_two(boosted, scores, values)
    return [pick(estimator.classes_, index), as_number(probabilities, dtype)]


def _of_two(boosted: Boosted, scores: Any, values: Any) -> tuple[Any, Any]:
    """Return the index of the class and both probabilities, from that of the second class."""
    if boosted.library == "lightgbm" and boosted.link == "logistic":
        both = both_chances(boosted, scores)
        return largest(both), both
    one = np.array([1], dtype=boosted.dtype)
    rest = OnnxSub(one, values, op_version=VERSION)
    both = OnnxConcat(rest, values, axis=1, op_version=VERSION)
    if boosted.library == "lightgbm":
        return largest(both), both
    if boosted.link == "logistic":
        second = OnnxGreater(scores, np.array([_ABOVE_HALF]), op_version=VERSION)
    else:
        second = OnnxGreater(values, np.array([0.5], dtype=np.float32), op_version=VERSION)
    return flat(as_index(second)), both


def _as_compared(boosted: Boosted, source: Any) -> Any:
    """Return the inputs with NaN for each value that counts as missing, or zero for all NaN."""
    nan = np.array([np.nan], dtype=boosted.dtype)
    if not np.isnan(boosted.missing):
        marker = np.array([boosted.missing], dtype=boosted.dtype)
        is_marker = OnnxEqual(source, marker, op_version=VERSION)
        source = OnnxWhere(is_marker, nan, source, op_version=VERSION)
    if boosted.missing_is_zero:
        missing = OnnxIsNaN(source, op_version=VERSION)
        return OnnxWhere(missing, np.zeros(1, dtype=boosted.dtype), source, op_version=VERSION)
    if boosted.zeros_missing:
        size = OnnxAbs(source, op_version=VERSION)
        tiny = OnnxLessOrEqual(size, np.array([ZERO]), op_version=VERSION)
        zeros = np.zeros((1, boosted.features))
        zeros[0, list(boosted.zeros_missing)] = np.nan
        source = OnnxWhere(tiny, zeros, source, op_version=VERSION)
    return source


def _sum(boosted: Boosted, source: Any) -> Any:
    if boosted.linear is not None:
        missing = OnnxIsNaN(source, op_version=VERSION)
        known = OnnxWhere(missing, np.array([0], dtype=np.float32), source, op_version=VERSION)
        products = OnnxMatMul(known, boosted.linear, op_version=VERSION)
        return OnnxAdd(products, boosted.base, op_version=VERSION)
    return OnnxTreeEnsembleRegressor_3(source, op_version=_TREES_VERSION, **attributes_of(boosted))
