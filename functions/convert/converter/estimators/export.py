"""The call to skl2onnx, and its errors in the user's words."""

import re
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import onnx
from skl2onnx import convert_sklearn
from skl2onnx.common.exceptions import MissingConverter, MissingShapeCalculator
from skl2onnx.sklapi import CastTransformer
from sklearn.ensemble._forest import ForestClassifier, ForestRegressor
from sklearn.ensemble._gb import BaseGradientBoosting
from sklearn.pipeline import Pipeline
from sklearn.tree import BaseDecisionTree

from converter.estimators import custom_converters
from converter.estimators.categories import comparing
from converter.estimators.custom_converters import boosters
from converter.estimators.custom_converters.several_outputs import apart
from converter.estimators.layout import Layout
from converter.estimators.options import OPSET, options_for
from converter.loading.structure import parts_of
from inferx.errors import Refused

_TREES = (BaseDecisionTree, ForestClassifier, ForestRegressor, BaseGradientBoosting)


def plans(estimator: Any, layout: Layout) -> Iterator[tuple[Any, str]]:
    """Return what to try, best first: ``(estimator, input dtype)``.

    scikit-learn's trees round their input to float32, so a float32 graph equals them exactly; with
    a numeric step before the trees, rounding before that step moves rows across thresholds, and
    the double graph with a cast just before the trees is the equal one.
    """
    numeric = any(column.kind == "number" for column in layout.columns)
    stepped = isinstance(estimator, Pipeline) and len(estimator.steps) > 1
    last = estimator.steps[-1][1] if stepped else estimator
    libraries = {boosters.library_of(part) for part in parts_of(estimator)}
    if numeric and "lightgbm" in libraries:
        yield estimator, "float64"  # it compares doubles
    elif numeric and stepped and (isinstance(last, _TREES) or boosters.library_of(last)):
        cast = ("cast_to_float32", CastTransformer(dtype=np.float32))
        yield Pipeline([*estimator.steps[:-1], cast, estimator.steps[-1]]), "float64"
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
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model: onnx.ModelProto = convert_sklearn(
                estimator,
                initial_types=layout.initial_types(dtype),
                target_opset=OPSET,
                options=options_for(estimator) or None,
            )
            return model
    except (MissingShapeCalculator, MissingConverter) as missing:
        raise Refused(_no_converter(missing)) from missing


def _no_converter(missing: Exception) -> str:
    named = re.search(r"type '<class '[\w.]*?(\w+)'>'", str(missing))
    step = named.group(1) if named else "One step"
    return (
        f"{step} has no ONNX form here; replace that step, or convert the model to ONNX yourself."
    )
