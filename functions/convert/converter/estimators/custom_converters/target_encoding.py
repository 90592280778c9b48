"""TargetEncoder for every kind of target: each category's mean, or its share of each class.

https://scikit-learn.org/stable/modules/preprocessing.html#target-encoder
"""

from typing import Any

import numpy as np
from skl2onnx.algebra.onnx_ops import (
    OnnxCast,
    OnnxConcat,
    OnnxEqual,
    OnnxIdentity,
    OnnxMatMul,
    OnnxReduceMax,
    OnnxWhere,
)
from skl2onnx.common._registration import register_converter, register_shape_calculator
from skl2onnx.common.data_types import (
    DoubleTensorType,
    FloatTensorType,
    StringTensorType,
    guess_proto_type,
)
from sklearn.preprocessing import TargetEncoder

from converter.estimators.custom_converters.infrequent import columns_of_inputs
from converter.estimators.custom_converters.nodes import LAST, as_number
from converter.estimators.custom_converters.registry import VERSION
from inferx.errors import Refused

_ALIAS = "SklearnTargetEncoder"


def _encoded(estimator: TargetEncoder, values: Any, position: int, strings: bool) -> Any:
    """Return a feature's columns in doubles: one, or one for each class."""
    categories = _categories(estimator, position, strings)
    if not strings:
        values = as_number(values, np.float64)
    is_one = as_number(OnnxEqual(values, categories, op_version=VERSION), np.float64)
    count = len(estimator.classes_) if estimator.target_type_ == "multiclass" else 1
    encodings = estimator.encodings_[position * count : (position + 1) * count]
    found = OnnxMatMul(is_one, np.column_stack(encodings), op_version=VERSION)
    known = OnnxEqual(
        OnnxReduceMax(is_one, LAST, keepdims=1, op_version=VERSION),
        np.array([1.0]),
        op_version=VERSION,
    )
    mean = np.asarray(estimator.target_mean_, dtype=np.float64).reshape(1, -1)
    return OnnxWhere(known, found, mean, op_version=VERSION)


def _categories(estimator: TargetEncoder, position: int, strings: bool) -> Any:
    kept = estimator.categories_[position]
    alike = all(isinstance(value, str) for value in kept.tolist())
    if alike != strings or (not strings and np.isnan(np.asarray(kept, dtype=float)).any()):
        raise Refused(
            "TargetEncoder fitted with missing values, or with strings beside numbers in one "
            "column, has no ONNX form here; put SimpleImputer in front of it."
        )
    return np.asarray(kept, dtype=object if strings else np.float64).reshape(1, -1)


def _convert(scope: Any, operator: Any, container: Any) -> None:
    estimator, output = operator.raw_operator, operator.outputs[0]
    strings = isinstance(operator.inputs[0].type, StringTensorType)
    columns = [
        _encoded(estimator, values, position, strings)
        for position, values in enumerate(columns_of_inputs(operator, len(estimator.categories_)))
    ]
    together = OnnxConcat(*columns, axis=1, op_version=VERSION)
    cast = OnnxCast(together, to=guess_proto_type(output.type), op_version=VERSION)
    OnnxIdentity(cast, op_version=VERSION, output_names=[output]).add_to(scope, container)


def _shapes(operator: Any) -> None:
    doubles = isinstance(operator.inputs[0].type, DoubleTensorType)
    kind = DoubleTensorType if doubles else FloatTensorType
    operator.outputs[0].type = kind([None, len(operator.raw_operator.encodings_)])


def add() -> None:
    """Register it again; skl2onnx's has no classes, and no columns of doubles."""
    register_shape_calculator(_ALIAS, _shapes, overwrite=True)
    register_converter(_ALIAS, _convert, overwrite=True)
