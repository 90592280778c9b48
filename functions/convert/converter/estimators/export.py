"""The plans for a model, and the call to skl2onnx."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import onnx
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType

from converter.estimators import custom_converters
from converter.estimators.columns import NUMBER, TEXT, text_readers_in
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
from converter.estimators.texts import unlisted_vocabularies
from converter.loading.structure import parts_of
from exported import graph

_AS_COMPARED = "float64: thresholds are compared with the numbers that scikit-learn compares."
_NO_NUMBERS = "float32: the inputs are text, and what is made of it is not rounded."
_ROUNDED_ANYWAY = (
    "float32: the original rounds its input to float32 before it compares anything, or ignores it."
)
_AS_COMPUTED = "float64: the original computes in it, and sizes of columns are not in the model."


@dataclass(frozen=True)
class Plan:
    """What to convert, in which type its numbers come in, and why that is safe."""

    estimator: Any
    dtype: str
    reason: str


def plans(estimator: Any, layout: Layout) -> Iterator[Plan]:
    """Return what to try, best first.

    A model does not hold the size of its columns: identifiers above 2²⁴ or timestamps, which
    float32 rounds, may be weighed against each other or against an intercept. So numbers come in
    as float32 only where rounding them to it is the first thing that the model itself does.
    """
    if not any(column.kind in (NUMBER, TEXT) for column in layout.columns):
        yield Plan(estimator, "float32", _NO_NUMBERS)
    elif rounds_first(estimator):
        yield Plan(estimator, "float32", _ROUNDED_ANYWAY)
    else:
        yield Plan(estimator, "float64", _AS_COMPARED if decides(estimator) else _AS_COMPUTED)


def export(estimator: Any, layout: Layout, dtype: str) -> onnx.ModelProto:
    """Convert a fitted, unwrapped model; what skl2onnx raises is handed on."""
    custom_converters.add_all()
    estimator = apart(estimator)
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
    with warnings.catch_warnings(), unlisted_vocabularies(text_readers_in(estimator)):
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
    if not layout.is_numeric:
        graph.type_outputs(model)
    if dtype == "float64":
        graph.give_doubles(model)
    return model
