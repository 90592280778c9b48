"""Converts a graph of an operator set that the runtime does not run.

onnx's version converter rewrites the graph, and onnx's reference evaluator, which runs operators
of every version, shows whether it predicts as before.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import onnx
from onnx import version_converter
from onnx.reference import ReferenceEvaluator

from exported import graph
from inferx.errors import Refused
from inferx.onnx_session import OPEN_ERRORS, PROVIDERS, RUN_ERRORS, ort, session_options
from inferx.serving.inputs.reader import NUMPY

_TARGET = 21
_SIZE = 7
_FREE_SIZES = (2, 1, 3)
_TOLERANCE = 1e-4


def converted(model: onnx.ModelProto, before: int, missing: str) -> onnx.ModelProto:
    """Return the graph in operators of opset 21, proved on generated rows.

    Args:
        model: the graph.
        before: the version of its operator set.
        missing: a sentence about what the runtime lacks.

    Raises:
        Refused: it cannot be converted, or the result could not be proved to predict alike.
    """
    if before == _TARGET:
        raise Refused(missing)
    try:
        changed = _converted(model)
    except (RuntimeError, TypeError, ValueError) as error:  # what the native converter raises
        raise Refused(
            f"{missing} onnx.version_converter cannot convert it from opset {before}."
        ) from error
    try:
        session = ort.InferenceSession(changed.SerializeToString(), session_options(), PROVIDERS)
    except OPEN_ERRORS as error:
        raise Refused(missing) from error
    if not _alike(model, session):
        raise Refused(
            f"{missing} Converted from opset {before} by onnx.version_converter, it could not be "
            "shown to predict as before."
        )
    return changed


def _converted(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the converter's graph, its free dimensions as they were.

    The converter needs sizes where an old operator broadcasts, so it is given some.
    """
    sized = onnx.ModelProto()
    sized.CopyFrom(model)
    for value in (*sized.graph.input, *sized.graph.output):
        for dimension in value.type.tensor_type.shape.dim:
            if not dimension.HasField("dim_value"):
                dimension.dim_value = _SIZE
    del sized.graph.value_info[:]
    changed = version_converter.convert_version(sized, _TARGET)
    given = {value.name: value for value in (*model.graph.input, *model.graph.output)}
    for value in (*changed.graph.input, *changed.graph.output):
        if value.name in given:
            value.CopyFrom(given[value.name])
    del changed.graph.value_info[:]
    return changed


def _alike(model: onnx.ModelProto, session: ort.InferenceSession) -> bool:
    """Return whether both were run, and gave the same for every generated row."""
    try:
        original = ReferenceEvaluator(model)
    except (NotImplementedError, RuntimeError, TypeError, ValueError):
        return False
    names = [output.name for output in model.graph.output]
    compared = 0
    for rows in _generated(model):
        try:
            with np.errstate(all="ignore"):
                expected = original.run(names, rows)
        except Exception:  # noqa: BLE001, S112  # it is numpy code without errors of its own
            continue  # sizes that the graph does not take
        if not all(map(_equal, expected, _run(session, names, rows))):
            return False
        compared += 1
    return compared > 0


def _run(session: ort.InferenceSession, names: list[str], rows: dict[str, Any]) -> list[Any]:
    try:
        results: list[Any] = session.run(names, rows)
    except RUN_ERRORS:
        return [None] * len(names)
    return results


def _equal(expected: Any, got: Any) -> bool:
    if np.shape(expected) != np.shape(got):
        return False
    if np.asarray(got).dtype.kind != "f":
        return bool((np.asarray(expected) == got).all())
    return np.allclose(expected, got, rtol=_TOLERANCE, atol=_TOLERANCE / 10, equal_nan=True)


def _generated(model: onnx.ModelProto) -> Iterator[dict[str, Any]]:
    weights = {tensor.name for tensor in model.graph.initializer}
    specs = graph.tensor_specs(value for value in model.graph.input if value.name not in weights)
    random = np.random.default_rng(0)
    for size in _FREE_SIZES:
        for scale in (1, 100):
            yield {
                spec.name: random.normal(
                    0, scale, [size if each is None else each for each in spec.shape]
                ).astype(NUMPY[spec.dtype])
                for spec in specs
            }
