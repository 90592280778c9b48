"""How far texts are from stored ones: products of the terms that both have, one after the other.

scikit-learn multiplies sparse rows term by term, in the order of the columns; a stored row without
a term of the text has a product of exactly 0. So the graph keeps the stored rows' terms alone, and
adds up their products in that order, for one row at a time: rows by terms of a batch would not fit.
https://onnx.ai/onnx/operators/onnx__Scan.html
"""

import itertools
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from skl2onnx.algebra.onnx_ops import (
    OnnxAdd,
    OnnxCumSum,
    OnnxGather,
    OnnxMax,
    OnnxMin,
    OnnxMul,
    OnnxScan,
    OnnxSub,
)
from sklearn.preprocessing import normalize

from converter.estimators.custom_converters.nodes import as_number
from converter.estimators.custom_converters.registry import VERSION
from converter.estimators.custom_converters.tfidf import normalized
from inferx.errors import Refused

_NUMBERS = itertools.count()
_COSINE = "cosine"
_METRICS = ("euclidean", "l2", "sqeuclidean", _COSINE)
_ZERO, _ONE, _TWO = np.array([0.0]), np.array([1.0]), np.array([2.0])


def apart_in_terms(estimator: Any, source: Any) -> Any:
    """Return how far each row is from each stored sparse one, squared if Euclidean.

    Raises:
        Refused: naming the metric.
    """
    metric = estimator.effective_metric_
    if metric not in _METRICS:
        raise Refused(
            f"{type(estimator).__name__}(metric={metric!r:.40}), fitted on sparse rows, has no "
            "ONNX form here; use metric='euclidean' or 'cosine'."
        )
    stored = estimator._fit_X.tocsr().astype(np.float64)
    stored.sort_indices()
    rows = as_number(source, np.float64)
    if metric == _COSINE:
        rows = normalized(rows, "l2", stored.shape[1], np.float64)
        products = _products(normalize(stored), rows)
        apart = OnnxSub(_ONE, products, op_version=VERSION)
        return OnnxMin(OnnxMax(apart, _ZERO, op_version=VERSION), _TWO, op_version=VERSION)
    twice = OnnxMul(_products(stored, rows), _TWO, op_version=VERSION)
    near = OnnxSub(_squares(rows, stored.shape[1]), twice, op_version=VERSION)
    apart = OnnxAdd(near, _squares_of(stored), op_version=VERSION)
    return OnnxMax(apart, _ZERO, op_version=VERSION)


def _squares(rows: Any, columns: int) -> Any:
    """Return the sum of each row's squares, added up from the left."""
    sums = OnnxCumSum(
        OnnxMul(rows, rows, op_version=VERSION), np.array(1, dtype=np.int64), op_version=VERSION
    )
    return OnnxGather(sums, np.array([columns - 1], dtype=np.int64), axis=1, op_version=VERSION)


def _squares_of(stored: Any) -> Any:
    sums = np.bincount(_rows_of(stored), stored.data**2, minlength=stored.shape[0])
    return sums.reshape(1, -1)


def _rows_of(stored: Any) -> Any:
    return np.repeat(np.arange(stored.shape[0], dtype=np.int64), np.diff(stored.indptr))


def _products(stored: Any, rows: Any) -> Any:
    return OnnxScan(
        rows,
        body=_of_one_row(stored),
        num_scan_inputs=1,
        output_names=["u(products)"],  # made unique by skl2onnx, which cannot count Scan's outputs
        op_version=VERSION,
    )


def _of_one_row(stored: Any) -> onnx.GraphProto:
    """Make the graph that multiplies one row with every stored one.

    What is in it has names that the graph around it has not.
    """
    count, columns = stored.shape
    mark = f"__products_{next(_NUMBERS)}"
    row, products = f"row{mark}", f"products{mark}"
    constants = {
        f"columns{mark}": stored.indices.astype(np.int64),
        f"values{mark}": stored.data,
        f"places{mark}": _rows_of(stored),
        f"nothing{mark}": np.zeros(count),
    }
    at, values, places, nothing = constants
    given, parts = f"given{mark}", f"parts{mark}"
    nodes = [
        helper.make_node("Gather", [row, at], [given], name=given, axis=0),
        helper.make_node("Mul", [given, values], [parts], name=parts),
        helper.make_node(
            "ScatterElements",
            [nothing, places, parts],
            [products],
            name=products,
            axis=0,
            reduction="add",
        ),
    ]
    return helper.make_graph(
        nodes,
        f"graph{mark}",
        [helper.make_tensor_value_info(row, TensorProto.DOUBLE, [columns])],
        [helper.make_tensor_value_info(products, TensorProto.DOUBLE, [count])],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
