"""Inputs for the example of an uploaded graph, which may not show what it was trained on."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np

from inferx.examples import EXAMPLE_BYTES
from inferx.signature import Feature, Signature, TensorSpec

_NUMBERS = (0.5, 1, 0)
_SIZES = (1, 2, 4, 16)
"""What free dimensions are tried with; some graphs take none but certain sizes."""

_TEXT = "text"


type Learned = Mapping[tuple[str, int], str | float]
"""Values of features by their input and column."""


def ordinary_inputs(signature: Signature, learned: Learned) -> Iterator[Any]:
    """Yield inputs to try: one row of features, or tensors of one row, then whole tensors.

    Args:
        signature: the graph's.
        learned: values that the graph shows.
    """
    if signature.features is not None:
        for number in _NUMBERS:
            yield _row(signature, learned, number)
        yield _row(signature, {}, 0)
        return
    for size, number in product(_SIZES, _NUMBERS):
        yield _tensors(signature, size, number, start=1)
    for size, number in product(_SIZES, _NUMBERS):
        yield _tensors(signature, size, number, start=0)


def _row(signature: Signature, learned: Learned, number: float) -> Any:
    dtypes = {tensor.name: tensor.dtype for tensor in signature.inputs}
    features = signature.features or ()
    values = [
        _feature(
            feature, dtypes[feature.input], learned.get((feature.input, feature.column), number)
        )
        for feature in features
    ]
    if not signature.named_features:
        return values
    return dict(zip((feature.name for feature in features), values, strict=True))


def _feature(feature: Feature, dtype: str, value: str | float) -> Any:
    if feature.kind == "string" and isinstance(value, str):
        return value
    number = 0 if isinstance(value, str) else value
    return _value("bool" if feature.kind == "boolean" else dtype, number)


def _tensors(signature: Signature, size: int, number: float, *, start: int) -> Any:
    tensors = {spec.name: _nested(spec, size, number, start) for spec in signature.inputs}
    return next(iter(tensors.values())) if len(tensors) == 1 else tensors


def _nested(spec: TensorSpec, size: int, number: float, start: int) -> Any:
    shape = [size if axis is None else axis for axis in spec.shape[start:]]
    if start == 0 and spec.shape[:1] == (None,):
        shape[0] = 1
    if np.prod(shape, dtype=float) > EXAMPLE_BYTES:
        return None  # longer than any example
    return np.full(shape, _value(spec.dtype, number), dtype=object).tolist()


def _value(dtype: str, number: float) -> Any:
    if dtype == "string":
        return _TEXT
    if dtype == "bool":
        return True
    whole = int(number)
    return number if dtype.startswith("float") and number != whole else whole
