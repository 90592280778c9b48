"""The call to skl2onnx, and its errors in the user's words."""

import re
import warnings
from collections.abc import Iterator
from typing import Any

import onnx
from skl2onnx import convert_sklearn
from skl2onnx.common.exceptions import MissingConverter, MissingShapeCalculator

from converter import graph
from converter.estimators import custom_converters
from converter.estimators.categories import comparing
from converter.estimators.columns import NUMBER, TEXT, text_readers_in
from converter.estimators.custom_converters import boosters
from converter.estimators.custom_converters.several_outputs import apart
from converter.estimators.custom_converters.texts import feed_terms, options_for_text
from converter.estimators.decisions import decides, rounds_first
from converter.estimators.layout import Layout
from converter.estimators.options import OPSET, options_for
from converter.estimators.texts import unlisted_vocabularies
from converter.loading.structure import parts_of
from inferx.errors import Refused


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
    """Convert a fitted, unwrapped model.

    Raises:
        Refused: naming the step that has no ONNX form.
    """
    custom_converters.add_all()
    estimator = apart(comparing(estimator))
    for part in parts_of(estimator):
        library = boosters.library_of(part)
        if library is not None:
            boosters.add(library)
    options = options_for(estimator)
    for reader, text in layout.readers.items():
        options[reader] = options_for_text(text, dtype)
    try:
        with warnings.catch_warnings(), unlisted_vocabularies(text_readers_in(estimator)):
            warnings.simplefilter("ignore")
            model: onnx.ModelProto = convert_sklearn(
                estimator,
                initial_types=layout.initial_types(dtype),
                target_opset=OPSET,
                options=options or None,
            )
            feed_terms(model, layout.texts)
            if not layout.is_numeric:
                graph.type_outputs(model)
            return model
    except (MissingShapeCalculator, MissingConverter) as missing:
        raise Refused(_no_converter(missing)) from missing


def _no_converter(missing: Exception) -> str:
    named = re.search(r"type '<class '[\w.]*?(\w+)'>'", str(missing))
    step = named.group(1) if named else "One step"
    return (
        f"{step} has no ONNX form here; replace that step, or convert the model to ONNX yourself."
    )
