"""The plans for a model, and the call to skl2onnx."""

import warnings
from collections.abc import Iterator
from typing import Any

import onnx
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType

from converter.estimators import custom_converters
from converter.estimators.categories import comparing
from converter.estimators.columns import NUMBER, TEXT
from converter.estimators.custom_converters import boosters
from converter.estimators.custom_converters.several_outputs import apart
from converter.estimators.custom_converters.tables import (
    STAND_IN,
    feed_columns,
    needs_table,
    over_table,
)
from converter.estimators.custom_converters.texts import feed_terms, options_for_text
from converter.estimators.decisions import decides, rounds_first
from converter.estimators.layout import Layout
from converter.estimators.options import OPSET, options_for
from converter.loading.structure import parts_of


def plans(estimator: Any, layout: Layout) -> Iterator[tuple[Any, str]]:
    """Return what to try, best first: ``(estimator, input dtype)``."""
    numeric = any(column.kind in (NUMBER, TEXT) for column in layout.columns)
    if numeric and decides(estimator) and not rounds_first(estimator):
        yield estimator, "float64"
        return
    yield estimator, "float32"
    if numeric:
        yield estimator, "float64"


def export(estimator: Any, layout: Layout, dtype: str) -> onnx.ModelProto:
    """Convert a fitted, unwrapped model; what skl2onnx raises is handed on."""
    custom_converters.add_all()
    estimator = apart(comparing(estimator))
    initial_types = layout.initial_types(dtype)
    table = needs_table(estimator, layout)
    if table:
        estimator = over_table(estimator, layout)
        number = FloatTensorType if dtype == "float32" else DoubleTensorType
        initial_types = [(STAND_IN, number([None, len(layout.columns)]))]
    for part in parts_of(estimator):
        library = boosters.library_of(part)
        if library is not None:
            boosters.add(library)
    options = options_for(estimator)
    for reader, text in layout.readers.items():
        options[reader] = options_for_text(text, dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model: onnx.ModelProto = convert_sklearn(
            estimator,
            initial_types=initial_types,
            target_opset=OPSET,
            options=options or None,
        )
    feed_terms(model, layout.texts)
    if table:
        feed_columns(model, layout, dtype)
    return model
