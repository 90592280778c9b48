"""Hashed terms to columns: counts with the signs of the hashes, normalized.

scikit-learn's default is a million columns, so that all arithmetic is done on the columns that a
row has, and the wide tensor is written only twice.
"""

from typing import Any

import numpy as np
from onnx import TensorProto, helper
from skl2onnx.algebra.onnx_ops import (
    OnnxAbs,
    OnnxConcat,
    OnnxConstantOfShape,
    OnnxDiv,
    OnnxEqual,
    OnnxGatherElements,
    OnnxMin,
    OnnxPad,
    OnnxScatterElements,
    OnnxShape,
    OnnxSign,
    OnnxSlice,
    OnnxWhere,
)
from sklearn.feature_extraction.text import HashingVectorizer

from converter.estimators.custom_converters.nodes import as_number
from converter.estimators.custom_converters.registry import VERSION
from converter.estimators.custom_converters.tfidf import norms

_PROTO = {np.float32: TensorProto.FLOAT, np.float64: TensorProto.DOUBLE}


def hashed(model: HashingVectorizer, codes: Any, dtype: Any, wanted: Any) -> Any:
    """Return the features of a vectorizer.

    Args:
        model: the vectorizer.
        codes: each term's column, counted from 1, with the sign of its hash; ordered by column in
            each row, and filled up with 0.
        dtype: the type that scikit-learn computes in.
        wanted: the type of the features.
    """
    places = OnnxAbs(codes, op_version=VERSION)
    signs = OnnxSign(codes, op_version=VERSION)
    if model.binary or not model.alternate_sign:
        signs = OnnxAbs(signs, op_version=VERSION)
    counts = OnnxScatterElements(
        _zeros(codes, model.n_features, np.float32),
        places,
        as_number(signs, np.float32),
        axis=1,
        reduction="add",
        op_version=VERSION,
    )
    values = OnnxGatherElements(counts, places, axis=1, op_version=VERSION)
    if model.binary:
        values = OnnxMin(values, np.array([1], dtype=np.float32), op_version=VERSION)
    values = as_number(_normalized(as_number(values, dtype), places, model.norm, dtype), wanted)
    features = OnnxScatterElements(
        _zeros(codes, model.n_features, wanted), places, values, axis=1, op_version=VERSION
    )
    first, end, axis = (np.array([each], dtype=np.int64) for each in (1, model.n_features + 1, 1))
    return OnnxSlice(features, first, end, axis, op_version=VERSION)


def _normalized(values: Any, places: Any, norm: str | None, dtype: Any) -> Any:
    if norm is None:
        return values
    before = OnnxPad(
        places,
        np.array([0, 1, 0, -1], dtype=np.int64),  # one to the right
        np.array([-1], dtype=np.int64),
        op_version=VERSION,
    )
    again = OnnxEqual(places, before, op_version=VERSION)
    once = OnnxWhere(again, np.array([0], dtype=dtype), values, op_version=VERSION)
    length = norms(once, norm, -1)
    return as_number(OnnxDiv(as_number(values, np.float64), length, op_version=VERSION), dtype)


def _zeros(codes: Any, columns: int, dtype: Any) -> Any:
    """Return zeros, a column more than the features: column 0 takes what fills the rows up."""
    rows = OnnxShape(codes, start=0, end=1, op_version=VERSION)
    width = np.array([columns + 1], dtype=np.int64)
    return OnnxConstantOfShape(
        OnnxConcat(rows, width, axis=0, op_version=VERSION),
        value=helper.make_tensor("value", _PROTO[dtype], [1], [0.0]),
        op_version=VERSION,
    )
