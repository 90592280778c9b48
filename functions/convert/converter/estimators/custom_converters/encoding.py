"""Encoders over columns of numbers, which compare whole numbers and fractions as they are.

skl2onnx rounds them to float32, where identifiers above 2**24 run together, or cuts off fractions,
so that an unknown 1.5 becomes the known 1.
https://scikit-learn.org/stable/modules/preprocessing.html#encoding-categorical-features
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from skl2onnx import get_model_alias
from skl2onnx.algebra.onnx_ops import (
    OnnxAdd,
    OnnxConcat,
    OnnxEqual,
    OnnxGather,
    OnnxIdentity,
    OnnxIsNaN,
    OnnxMatMul,
    OnnxOr,
    OnnxReduceMax,
    OnnxWhere,
)
from skl2onnx.common._registration import (
    get_converter,
    get_shape_calculator,
    register_converter,
    register_shape_calculator,
)
from skl2onnx.common.data_types import DoubleTensorType
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from converter.estimators.custom_converters.nodes import LAST, as_number
from converter.estimators.custom_converters.registry import VERSION

type _Build = Callable[[Any, Any], Any]


def _is_category(source: Any, position: int, categories: Any) -> Any:
    """Return ``(rows, categories)`` in doubles: 1 for the category a row has, NaN included."""
    values = OnnxGather(source, np.array([position], dtype=np.int64), axis=1, op_version=VERSION)
    kept = np.asarray(categories, dtype=np.float64).reshape(1, -1)
    same = OnnxEqual(values, kept, op_version=VERSION)
    if np.isnan(kept).any():
        absent = OnnxIsNaN(values, op_version=VERSION)
        both = OnnxWhere(
            absent, np.isnan(kept), np.zeros_like(kept, dtype=bool), op_version=VERSION
        )
        same = OnnxOr(same, both, op_version=VERSION)
    return as_number(same, np.float64)


def _codes_of(estimator: OrdinalEncoder, position: int) -> Any:
    categories = np.asarray(estimator.categories_[position], dtype=np.float64)
    codes = np.arange(len(categories), dtype=np.float64)
    if getattr(estimator, "_infrequent_enabled", False):
        mapping = estimator._default_to_infrequent_mappings[position]
        if mapping is not None:
            codes[: len(mapping)] = mapping
    codes[np.isnan(categories)] = estimator.encoded_missing_value
    return codes


def codes_of_numbers(estimator: OrdinalEncoder, source: Any) -> Any:
    """Return the codes of columns in doubles."""
    columns = []
    unknown = np.nan if estimator.unknown_value is None else float(estimator.unknown_value)
    for position, categories in enumerate(estimator.categories_):
        is_one = _is_category(source, position, categories)
        codes = _codes_of(estimator, position)
        known = OnnxReduceMax(is_one, LAST, keepdims=1, op_version=VERSION)
        code = OnnxMatMul(is_one, np.nan_to_num(codes).reshape(-1, 1), op_version=VERSION)
        lost = np.where(np.isnan(codes), 1.0, 0.0).reshape(-1, 1)  # encoded as NaN
        blank = OnnxMatMul(is_one, lost, op_version=VERSION)
        nothing = np.array([np.nan])
        one = np.array([1.0])
        code = OnnxWhere(
            OnnxEqual(blank, one, op_version=VERSION), nothing, code, op_version=VERSION
        )
        columns.append(
            OnnxWhere(
                OnnxEqual(known, one, op_version=VERSION),
                code,
                np.array([unknown]),
                op_version=VERSION,
            )
        )
    return OnnxConcat(*columns, axis=1, op_version=VERSION)


def _one_hot(estimator: OneHotEncoder, source: Any) -> Any:
    columns = []
    for position, categories in enumerate(estimator.categories_):
        is_one = _is_category(source, position, categories)
        mapping = None
        if getattr(estimator, "_infrequent_enabled", False):
            mapping = estimator._default_to_infrequent_mappings[position]
        if mapping is not None:
            group = np.zeros((len(categories), int(np.max(mapping)) + 1))
            group[np.arange(len(categories)), mapping] = 1
            is_one = OnnxMatMul(is_one, group, op_version=VERSION)
            if estimator.handle_unknown in ("infrequent_if_exist", "warn"):
                is_one = _unknown_to_last(is_one, group.shape[1])
        after = estimator._drop_idx_after_grouping  # no public twin
        dropped = None if after is None else after[position]
        if dropped is not None:
            width = len(categories) if mapping is None else int(np.max(mapping)) + 1
            kept = np.delete(np.arange(width), int(dropped)).astype(np.int64)
            is_one = OnnxGather(is_one, kept, axis=1, op_version=VERSION)
        columns.append(is_one)
    return OnnxConcat(*columns, axis=1, op_version=VERSION)


def _unknown_to_last(is_one: Any, width: int) -> Any:
    """Count a row of no category with the infrequent ones, which come last."""
    known = OnnxReduceMax(is_one, LAST, keepdims=1, op_version=VERSION)
    none = as_number(OnnxEqual(known, np.array([0.0]), op_version=VERSION), np.float64)
    last = np.zeros((1, width))
    last[0, -1] = 1
    return OnnxAdd(is_one, OnnxMatMul(none, last, op_version=VERSION), op_version=VERSION)


def _is_of_doubles(operator: Any) -> bool:
    return [type(given.type) for given in operator.inputs] == [DoubleTensorType]


def _over_doubles(convert: Any, build: _Build) -> Any:
    def converter(scope: Any, operator: Any, container: Any) -> None:
        if not _is_of_doubles(operator):
            convert(scope, operator, container)
            return
        node = build(operator.raw_operator, operator.inputs[0])
        named = OnnxIdentity(node, op_version=VERSION, output_names=[operator.outputs[0]])
        named.add_to(scope, container)

    return converter


def _giving_doubles(calculate: Any) -> Any:
    def calculator(operator: Any) -> None:
        if not _is_of_doubles(operator):
            if len(operator.inputs) == 1:  # which an imputer before it leaves without a width
                operator.inputs[0].type.shape[1] = len(operator.raw_operator.categories_)
            calculate(operator)
            return
        rows = operator.inputs[0].type.shape[0]
        operator.outputs[0].type = DoubleTensorType([rows, None])

    return calculator


def add() -> None:
    """Register both again; what is not of doubles is left to skl2onnx."""
    builds: tuple[tuple[type, _Build], ...] = (
        (OrdinalEncoder, codes_of_numbers),
        (OneHotEncoder, _one_hot),
    )
    for cls, build in builds:
        alias = get_model_alias(cls)
        known, shapes = get_converter(alias), get_shape_calculator(alias)
        register_shape_calculator(alias, _giving_doubles(shapes), overwrite=True)
        register_converter(
            alias,
            _over_doubles(known._fct, build),
            overwrite=True,
            options=known.get_allowed_options(),
        )
