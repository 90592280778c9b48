"""Converts one estimator: from a loaded object to a proved ONNX file."""

import traceback
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import onnx

from converter import graph
from converter.estimators.categories import refuse_inner_sets
from converter.estimators.columns import columns_of
from converter.estimators.custom_converters.boosters.calibration import refuse_calibrated
from converter.estimators.custom_converters.boosters.pandas_categories import encoded_first
from converter.estimators.exactness import rounded_before_thresholds
from converter.estimators.export import export, plans
from converter.estimators.layout import Layout, Rows, layout_for
from converter.estimators.parity import Verdict, compare
from converter.estimators.predictions import (
    Predictions,
    graph_predictions,
    original_predictions,
    task_of,
)
from converter.estimators.probes import probe_rows, with_missing
from converter.estimators.refusals import fails_itself, no_form, not_equal, rounds_before_trees
from converter.estimators.signature import signature_for, title_of
from converter.estimators.texts import refuse_sparse_neighbours, with_texts
from converter.estimators.unwrap import unwrapped
from converter.tree_ensembles import smaller_forms
from inferx.errors import Refused
from inferx.manifest import ParityReport, Signature
from inferx.serving.inputs.text_feeds import TextFeeds

_NO_MISSING = (
    "Some columns with missing values are refused: the converted model would predict them "
    "differently."
)
_TRIED_APART = 64
"""Up to how many columns that may be without a value are tried one by one."""


@dataclass(frozen=True)
class ConvertedEstimator:
    """What is known of an estimator once its ONNX file is written and proved."""

    estimator: str
    task: str
    signature: Signature
    opset: dict[str, int]
    parity: ParityReport
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _Original:
    """The unwrapped estimator, what it takes, and its predictions for the probe rows."""

    estimator: Any
    task: str
    layout: Layout
    rows: Rows
    predictions: Predictions


def convert_estimator(fitted: Any, target: Path) -> ConvertedEstimator:
    """Write the ONNX form of a fitted estimator to ``target``, proved on generated rows.

    Raises:
        Refused: when no form of it predicts as the original does, saying where it differs.
    """
    original = _ask(encoded_first(unwrapped(fitted)))
    failure: Exception | None = None
    worst: Verdict | None = None
    for candidate, dtype in plans(original.estimator, original.layout):
        try:
            model = _export(original, candidate, dtype, target)
            verdict = _judge(original, dtype, target)
        except Refused:
            raise
        except Exception as error:  # noqa: BLE001  # skl2onnx and the runtime raise anything
            failure = failure or error
            continue
        if verdict.passed:
            return _settle(fitted, original, model, verdict, target)
        worst = worst or verdict
    title = title_of(original.estimator)
    if worst is None:
        traceback.print_exception(failure)  # for the parent's log
        raise Refused(no_form(title, original.estimator)) from failure
    raise Refused(not_equal(title, worst, original.layout, original.rows))


def _ask(estimator: Any) -> _Original:
    task = task_of(estimator)
    refuse_inner_sets(estimator)
    refuse_calibrated(estimator)
    refuse_sparse_neighbours(estimator)
    layout = with_texts(layout_for(columns_of(estimator)), estimator)
    rows = probe_rows(estimator, layout)
    try:
        predictions = original_predictions(estimator, layout.for_original(rows), task)
    except Exception:  # noqa: BLE001  # an encoder that refuses unknown categories, say
        rows = probe_rows(estimator, layout, unknown=False)
        try:
            predictions = original_predictions(estimator, layout.for_original(rows), task)
        except Exception as failure:
            traceback.print_exception(failure)  # for the parent's log
            raise Refused(fails_itself(title_of(estimator))) from failure
    return _Original(estimator, task, layout, rows, predictions)


def _export(
    original: _Original,
    candidate: Any,
    dtype: str,
    target: Path,
) -> onnx.ModelProto:
    model = export(candidate, original.layout, dtype)
    names = ["prediction"] if original.predictions.values is not None else ["label"]
    if original.predictions.probabilities is not None:
        names.append("probabilities")
    graph.name_outputs(model, names)
    if original.predictions.labels is not None and original.predictions.labels.dtype == bool:
        graph.make_labels_boolean(model)
    model = graph.optimised(model, target.parent)
    operation = rounded_before_thresholds(model)
    if operation is not None:
        raise Refused(rounds_before_trees(title_of(original.estimator), operation))
    graph.write(model, signature_for(model, original.layout, candidate, dtype), target)
    return model


def _run(original: _Original, rows: Rows, dtype: str, path: Path) -> Predictions:
    return graph_predictions(_outputs(original, rows, dtype, path), original.task)


def _outputs(original: _Original, rows: Rows, dtype: str, path: Path) -> dict[str, Any]:
    session = graph.open_session(path)
    names = [output.name for output in session.get_outputs()]
    tensors = original.layout.for_graph(rows, dtype)
    inputs = [given.name for given in session.get_inputs()]
    texts = [text for text in original.layout.texts if text.name in inputs]
    if texts:
        outputs = TextFeeds(texts, inputs).run(session, names, tensors)
    else:
        outputs = session.run(names, tensors)
    return dict(zip(names, outputs, strict=True))


def _judge(original: _Original, dtype: str, path: Path) -> Verdict:
    return compare(original.predictions, _run(original, original.rows, dtype, path), dtype)


def _settle(
    fitted: Any,
    original: _Original,
    model: onnx.ModelProto,
    verdict: Verdict,
    target: Path,
) -> ConvertedEstimator:
    graph.describe_outputs(model, _outputs(original, original.rows, verdict.report.dtype, target))
    model = _smaller(original, model, verdict.report.dtype, target)
    layout, warnings = _settle_missing(original, verdict.report.dtype, target)
    signature = signature_for(model, layout, original.estimator, verdict.report.dtype)
    graph.write(model, signature, target)
    return ConvertedEstimator(
        estimator=title_of(fitted),
        task=original.task,
        signature=signature,
        opset=graph.opsets(model),
        parity=verdict.report,
        warnings=warnings,
    )


def _smaller(
    original: _Original, model: onnx.ModelProto, dtype: str, path: Path
) -> onnx.ModelProto:
    """Prefer a smaller form of the trees where every bit of the predictions is the same."""
    before: Predictions | None = None
    for form in smaller_forms(model):
        before = before or _run(original, original.rows, dtype, path)
        graph.write(form, signature_for(form, original.layout, original.estimator, dtype), path)
        try:
            after = _run(original, original.rows, dtype, path)
        except Exception:  # noqa: BLE001  # another operator in the file ends with the older set
            after = Predictions()
        if before.is_same(after):
            return form
    if before is not None:  # the last form tried is what the path holds
        graph.write(model, signature_for(model, original.layout, original.estimator, dtype), path)
    return model


def _settle_missing(original: _Original, dtype: str, path: Path) -> tuple[Layout, tuple[str, ...]]:
    """Leave columns nullable only where rows without values get the original's predictions, too.

    Where that does not hold for all of them together, each is tried by itself.
    """
    wanted = [at for at, column in enumerate(original.layout.columns) if column.nullable]
    if not wanted:
        return original.layout, ()
    alike = _is_alike(original, original.layout, dtype, path)
    if alike:
        return original.layout, ()
    warnings = () if alike is None else (_NO_MISSING,)
    if len(wanted) > _TRIED_APART:
        return _nullable(original.layout, []), warnings
    apart = [
        at for at in wanted if _is_alike(original, _nullable(original.layout, [at]), dtype, path)
    ]
    layout = _nullable(original.layout, apart)
    if apart and _is_alike(original, layout, dtype, path):
        return layout, warnings
    return _nullable(original.layout, []), warnings


def _nullable(layout: Layout, positions: Collection[int]) -> Layout:
    columns = (
        replace(column, nullable=at in positions) for at, column in enumerate(layout.columns)
    )
    return replace(layout, columns=tuple(columns))


def _is_alike(original: _Original, layout: Layout, dtype: str, path: Path) -> bool | None:
    """Compare predictions for rows that lack values; ``None`` where the original refuses them."""
    rows = with_missing(original.rows, layout)
    try:
        predictions = original_predictions(
            original.estimator, layout.for_original(rows), original.task
        )
    except Exception:  # noqa: BLE001  # the original refuses NaN itself, in a later step
        return None
    try:
        return compare(predictions, _run(original, rows, dtype, path), dtype).passed
    except Exception:  # noqa: BLE001  # the graph refuses NaN: so does the signature, then
        return False
