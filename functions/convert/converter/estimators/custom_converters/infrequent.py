"""One-hot encoders of strings whose rare categories share a column.

https://scikit-learn.org/stable/modules/preprocessing.html#infrequent-categories
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from skl2onnx import get_model_alias
from skl2onnx.algebra.onnx_ops import (
    OnnxAdd,
    OnnxCast,
    OnnxConcat,
    OnnxEqual,
    OnnxGather,
    OnnxIdentity,
    OnnxMatMul,
    OnnxReduceMax,
)
from skl2onnx.common._registration import (
    get_converter,
    get_shape_calculator,
    register_converter,
    register_shape_calculator,
)
from skl2onnx.common.data_types import StringTensorType, guess_proto_type
from sklearn.preprocessing import OneHotEncoder

from converter.estimators.custom_converters.nodes import LAST, as_number
from converter.estimators.custom_converters.registry import VERSION


def _groups(estimator: OneHotEncoder, position: int) -> Any:
    """Return ``(categories, columns)``: 1 for the column that each category of a feature has."""
    count = len(estimator.categories_[position])
    mapping = estimator._default_to_infrequent_mappings[position]  # no public twin
    return np.eye(count) if mapping is None else np.eye(int(np.max(mapping)) + 1)[mapping]


def _column(estimator: OneHotEncoder, values: Any, position: int) -> Any:
    """Return a feature's columns in doubles, as every step is before a tree."""
    dtype = np.float64
    categories = np.asarray(estimator.categories_[position]).astype(object).reshape(1, -1)
    is_one = as_number(OnnxEqual(values, categories, op_version=VERSION), dtype)
    groups = _groups(estimator, position)
    grouped = OnnxMatMul(is_one, groups.astype(dtype), op_version=VERSION)
    together = len(groups) != groups.shape[1] or not np.array_equal(groups, np.eye(len(groups)))
    if together and estimator.handle_unknown in ("infrequent_if_exist", "warn"):
        known = OnnxReduceMax(is_one, LAST, keepdims=1, op_version=VERSION)
        none = as_number(OnnxEqual(known, np.array([0], dtype=dtype), op_version=VERSION), dtype)
        rare = np.eye(groups.shape[1], dtype=dtype)[-1:]
        grouped = OnnxAdd(grouped, OnnxMatMul(none, rare, op_version=VERSION), op_version=VERSION)
    after = estimator._drop_idx_after_grouping  # no public twin
    dropped = None if after is None else after[position]
    if dropped is None:
        return grouped
    kept = np.delete(np.arange(groups.shape[1]), int(dropped)).astype(np.int64)
    return OnnxGather(grouped, kept, axis=1, op_version=VERSION)


def columns_of_inputs(operator: Any, count: int) -> Iterator[Any]:
    """Yield each feature's column, from inputs of one or of several."""
    for given in operator.inputs:
        width = given.type.shape[1] or count
        for place in range(width):
            index = np.array([place], dtype=np.int64)
            yield OnnxGather(given, index, axis=1, op_version=VERSION)


def _shares_columns(operator: Any) -> bool:
    if not getattr(operator.raw_operator, "_infrequent_enabled", False):
        return False
    return all(isinstance(given.type, StringTensorType) for given in operator.inputs)


def _over_strings(convert: Any) -> Any:
    def converter(scope: Any, operator: Any, container: Any) -> None:
        if not _shares_columns(operator):
            convert(scope, operator, container)
            return
        estimator, output = operator.raw_operator, operator.outputs[0]
        columns = [
            _column(estimator, values, position)
            for position, values in enumerate(
                columns_of_inputs(operator, len(estimator.categories_))
            )
        ]
        together = OnnxCast(
            OnnxConcat(*columns, axis=1, op_version=VERSION),
            to=guess_proto_type(output.type),
            op_version=VERSION,
        )
        OnnxIdentity(together, op_version=VERSION, output_names=[output]).add_to(scope, container)

    return converter


def _of_some_width(calculate: Any) -> Any:
    def calculator(operator: Any) -> None:
        calculate(operator)
        if _shares_columns(operator):
            operator.outputs[0].type.shape = [None, None]

    return calculator


def add() -> None:
    """Register the encoder again; what shares no column is left as it is."""
    alias = get_model_alias(OneHotEncoder)
    known, shapes = get_converter(alias), get_shape_calculator(alias)
    register_shape_calculator(alias, _of_some_width(shapes), overwrite=True)
    options = known.get_allowed_options()
    register_converter(alias, _over_strings(known._fct), overwrite=True, options=options)
