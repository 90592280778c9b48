"""Encoders of categories, which compare numbers, strings and missing values as they are.

skl2onnx rounds numbers to float32, where identifiers above 2**24 run together, or cuts off
fractions, so that an unknown 1.5 becomes the known 1; and it writes NaN and None as the texts that
print them, so that these texts equal a missing value.
https://scikit-learn.org/stable/modules/preprocessing.html#encoding-categorical-features
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from skl2onnx import get_model_alias, update_registered_converter
from skl2onnx.algebra.onnx_ops import (
    OnnxAdd,
    OnnxAnd,
    OnnxConcat,
    OnnxEqual,
    OnnxGather,
    OnnxIdentity,
    OnnxIsNaN,
    OnnxLabelEncoder,
    OnnxMatMul,
    OnnxOneHot,
    OnnxOr,
    OnnxReduceMax,
    OnnxSub,
)
from skl2onnx.common._registration import (
    get_converter,
    get_shape_calculator,
    register_converter,
    register_shape_calculator,
)
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, StringTensorType
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, TargetEncoder

from converter.estimators.custom_converters.constants import no_columns
from converter.estimators.custom_converters.nodes import LAST, as_index, as_number, flat
from converter.estimators.custom_converters.registry import VERSION
from converter.estimators.missing import is_nan
from converter.loading.encoded import CategoryEncoder
from inferx.signature import MISSING_TEXT

type _Tables = Callable[[Any], list[Any]]
"""For each column of a fitted encoder, what its categories become, and last what others do.

Of each, as many numbers as the encoder makes of one column.
"""


def _ordinal_tables(estimator: OrdinalEncoder) -> list[Any]:
    unknown = np.nan if estimator.unknown_value is None else float(estimator.unknown_value)
    tables = []
    for position, categories in enumerate(estimator.categories_):
        codes = np.arange(len(categories), dtype=np.float64)
        mapping = _infrequent(estimator, position)
        if mapping is not None:
            codes[: len(mapping)] = mapping
        codes[[is_nan(value) for value in categories.tolist()]] = estimator.encoded_missing_value
        tables.append(np.append(codes, unknown).reshape(-1, 1))
    return tables


def _target_tables(estimator: TargetEncoder) -> list[Any]:
    means = np.atleast_1d(estimator.target_mean_)
    encodings = estimator.encodings_  # one a class and column, the classes of a column together
    return [
        np.column_stack(
            [
                np.append(encoding, mean)
                for encoding, mean in zip(
                    encodings[position * len(means) : (position + 1) * len(means)],
                    means,
                    strict=True,
                )
            ]
        )
        for position in range(len(estimator.categories_))
    ]


def _one_hot_columns(estimator: OneHotEncoder, position: int) -> tuple[Any, int]:
    """Return which column each category, and last an unknown one, sets; and how many there are.

    A number past the last column sets none.
    """
    count = len(estimator.categories_[position])
    mapping = _infrequent(estimator, position)
    columns = np.arange(count) if mapping is None else np.asarray(mapping, dtype=np.int64)
    width = int(columns.max()) + 1
    unknown = width
    if mapping is not None and estimator.handle_unknown in ("infrequent_if_exist", "warn"):
        unknown = width - 1  # the infrequent ones come last
    columns = np.append(columns, unknown)
    category = None if estimator.drop_idx_ is None else estimator.drop_idx_[position]
    if category is None:
        return columns, width
    dropped = columns[int(category)]
    kept = np.where(columns > dropped, columns - 1, columns)
    return np.where(columns == dropped, width - 1, kept), width - 1


def _infrequent(estimator: Any, position: int) -> Any:
    if not getattr(estimator, "_infrequent_enabled", False):
        return None
    return estimator._default_to_infrequent_mappings[position]


def _numbers(operator: Any) -> Iterator[Any]:
    """Yield for each column the number of the category that a row has, ``(rows,)``.

    An unknown one has the number after the last.
    """
    columns = _columns(operator.inputs, len(operator.raw_operator.categories_))
    for (source, place), categories in zip(columns, operator.raw_operator.categories_, strict=True):
        values = OnnxGather(source, np.array([place], dtype=np.int64), axis=1, op_version=VERSION)
        strings = isinstance(source.type, StringTensorType)
        yield (_string if strings else _number)(values, categories)


def _columns(inputs: Sequence[Any], count: int) -> Iterator[tuple[Any, int]]:
    for source in inputs:
        width = source.type.shape[1] if len(inputs) > 1 else count
        yield from ((source, place) for place in range(width))


def _string(values: Any, categories: Any) -> Any:
    listed = categories.tolist()
    are_flags = all(isinstance(value, bool) for value in listed)  # of an imputer before
    numbered = [
        (str(int(value)) if are_flags else _key(value), number)
        for number, value in enumerate(listed)
    ]
    keys = {key: number for key, number in numbered if key is not None}
    found = OnnxLabelEncoder(
        values,
        keys_strings=list(keys),
        values_int64s=list(keys.values()),
        default_int64=len(categories),
        op_version=2,
    )
    return flat(found)


def _key(category: Any) -> str | None:
    """Return the string that is this category in the graph; a number among strings has none."""
    if category is None or is_nan(category):
        return MISSING_TEXT
    return category if isinstance(category, str) else None


def _number(values: Any, categories: Any) -> Any:
    kept = np.asarray(categories, dtype=np.float64).reshape(1, -1)
    same = OnnxEqual(values, kept, op_version=VERSION)
    if np.isnan(kept).any():
        absent = OnnxIsNaN(values, op_version=VERSION)
        both = OnnxAnd(absent, np.isnan(kept), op_version=VERSION)
        same = OnnxOr(same, both, op_version=VERSION)
    is_one = as_number(same, np.float64)
    known = OnnxReduceMax(is_one, LAST, keepdims=1, op_version=VERSION)
    unknown = OnnxSub(np.array([1.0]), known, op_version=VERSION)
    numbers = np.arange(kept.size, dtype=np.float64).reshape(-1, 1)
    found = OnnxAdd(
        OnnxMatMul(is_one, numbers, op_version=VERSION),
        OnnxMatMul(unknown, np.array([[float(kept.size)]]), op_version=VERSION),
        op_version=VERSION,
    )
    return flat(as_index(found))


def _looked_up(tables: _Tables, operator: Any) -> Any:
    dtype = np.float64 if _is_of_doubles(operator, tables) else np.float32
    columns = [
        OnnxGather(table.astype(dtype), number, axis=0, op_version=VERSION)
        for number, table in zip(_numbers(operator), tables(operator.raw_operator), strict=True)
    ]
    return OnnxConcat(*columns, axis=1, op_version=VERSION)


def _one_hot(operator: Any) -> Any:
    blocks = []
    for position, number in enumerate(_numbers(operator)):
        columns, width = _one_hot_columns(operator.raw_operator, position)
        if width:
            chosen = OnnxGather(columns.astype(np.int64), number, axis=0, op_version=VERSION)
            blocks.append(
                OnnxOneHot(
                    chosen,
                    np.array([width], dtype=np.int64),
                    np.array([0, 1], dtype=np.float32),
                    axis=-1,
                    op_version=VERSION,
                )
            )
    if not blocks:  # each column has one category, which is dropped
        blocks = [no_columns(operator.inputs[0])]
    both = OnnxConcat(*blocks, axis=1, op_version=VERSION)
    return as_number(both, np.float64) if _is_of_doubles(operator) else both


def _widths(estimator: OneHotEncoder) -> int:
    return sum(
        _one_hot_columns(estimator, position)[1] for position in range(len(estimator.categories_))
    )


def codes_of_numbers(estimator: OrdinalEncoder, source: Any) -> Any:
    """Return the codes of columns in doubles, ``(rows, columns)``."""
    columns = []
    tables = _ordinal_tables(estimator)
    for place, (categories, table) in enumerate(zip(estimator.categories_, tables, strict=True)):
        values = OnnxGather(source, np.array([place], dtype=np.int64), axis=1, op_version=VERSION)
        number = _number(values, categories)
        columns.append(OnnxGather(table, number, axis=0, op_version=VERSION))
    return OnnxConcat(*columns, axis=1, op_version=VERSION)


def _is_of_doubles(operator: Any, tables: _Tables | None = None) -> bool:
    """Return whether the output is in float64: it is where float32 cannot hold it."""
    if any(isinstance(given.type, DoubleTensorType) for given in operator.inputs):
        return True
    made = [] if tables is None else tables(operator.raw_operator)
    return any(
        not np.array_equal(table, table.astype(np.float32), equal_nan=True) for table in made
    )


def _takes(operator: Any) -> bool:
    kinds = [isinstance(each.type, DoubleTensorType | StringTensorType) for each in operator.inputs]
    return all(kinds) and (
        len(kinds) == 1 or all(isinstance(each.type.shape[1], int) for each in operator.inputs)
    )


def _replace(cls: type, tables: _Tables | None) -> None:
    """Register an encoder again; what is of other types is left to skl2onnx."""
    alias = get_model_alias(cls)
    known, shapes = get_converter(alias), get_shape_calculator(alias)

    def calculator(operator: Any) -> None:
        if not _takes(operator):
            shapes(operator)
            return
        model = operator.raw_operator
        number = DoubleTensorType if _is_of_doubles(operator, tables) else FloatTensorType
        width = _widths(model) if tables is None else sum(each.shape[1] for each in tables(model))
        operator.outputs[0].type = number([operator.inputs[0].type.shape[0], width])

    def converter(scope: Any, operator: Any, container: Any) -> None:
        if not _takes(operator):
            known._fct(scope, operator, container)
            return
        node = _one_hot(operator) if tables is None else _looked_up(tables, operator)
        named = OnnxIdentity(node, op_version=VERSION, output_names=[operator.outputs[0]])
        named.add_to(scope, container)

    register_shape_calculator(alias, calculator, overwrite=True)
    register_converter(alias, converter, overwrite=True, options=known.get_allowed_options())


def _tables_of(estimator: CategoryEncoder) -> list[Any]:
    return estimator.tables_


def _add_category_encoder() -> None:
    def calculator(operator: Any) -> None:
        if not _takes(operator):
            raise TypeError("CategoryEncoder takes strings and float64")  # another plan may do
        number = DoubleTensorType if _is_of_doubles(operator, _tables_of) else FloatTensorType
        width = sum(table.shape[1] for table in operator.raw_operator.tables_)
        operator.outputs[0].type = number([operator.inputs[0].type.shape[0], width])

    def converter(scope: Any, operator: Any, container: Any) -> None:
        node = _looked_up(_tables_of, operator)
        named = OnnxIdentity(node, op_version=VERSION, output_names=[operator.outputs[0]])
        named.add_to(scope, container)

    update_registered_converter(
        CategoryEncoder, "InferXCategoryEncoder", calculator, converter, overwrite=True
    )


def add() -> None:
    """Register them."""
    _add_category_encoder()
    _replace(OneHotEncoder, None)
    _replace(OrdinalEncoder, _ordinal_tables)
    _replace(TargetEncoder, _target_tables)
