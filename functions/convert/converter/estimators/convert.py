"""Converts one estimator: from a loaded object to a proved ONNX file."""

import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import onnx
from threadpoolctl import threadpool_limits

from converter.estimators.asking import Answered
from converter.estimators.chosen_among_equals import warning_for
from converter.estimators.custom_converters.boosters.pandas_categories import encoded_first
from converter.estimators.decisions import decides
from converter.estimators.diagnosis import culprit_in, place_of
from converter.estimators.exactness import rounded_before_thresholds
from converter.estimators.export import Plan, export, plans
from converter.estimators.hunting import hunted
from converter.estimators.judging import Judgement, judge, report_of
from converter.estimators.layout import Layout
from converter.estimators.original import Original, ask
from converter.estimators.parity import Verdict
from converter.estimators.predictions import Predictions
from converter.estimators.probes.effort import FULL, Effort
from converter.estimators.probes.rows import taken
from converter.estimators.refusals import no_form, not_equal, of_step, rounds_before_trees
from converter.estimators.running import Running
from converter.estimators.samples import Disagreement, Subject, shown_on
from converter.estimators.signature import signature_for, title_of
from converter.estimators.special_values import settle
from converter.estimators.unwrap import unwrapped
from converter.tree_ensembles import better_forms, without_rounding
from exported import graph
from inferx.errors import Refused
from inferx.manifest import ParityReport, Signature
from inferx.samples import Row

_QUICK_S = 1.0
"""Up to how long an export may take for its other form to be exported too."""
_SHOWN = 2
"""Rows that show which shapes the outputs have."""


@dataclass(frozen=True)
class ConvertedEstimator:
    """What is known of an estimator once its ONNX file is written and proved."""

    estimator: str
    task: str
    signature: Signature
    opset: dict[str, int]
    parity: ParityReport
    warnings: tuple[str, ...]
    example: dict[str, Any] | None = None


@dataclass(frozen=True)
class _Proved:
    """A graph that passed, and the kinds of rows that it passed on."""

    plan: Plan
    model: onnx.ModelProto
    probes: Mapping[str, Answered]
    verdicts: Mapping[str, Verdict]
    predicted: Mapping[str, Predictions]
    warnings: tuple[str, ...]


def convert_estimator(
    fitted: Any, target: Path, samples: Sequence[Row] = (), effort: Effort = FULL
) -> ConvertedEstimator:
    """Write the ONNX form of a fitted estimator to ``target``, proved on generated rows.

    Args:
        fitted: the estimator.
        target: where the ONNX file goes.
        samples: rows of its owner's, on which both must agree.
        effort: how many rows of each kind to compare, and for how long.

    Raises:
        Refused: when no form of it predicts as the original does, saying where it differs.
    """
    with threadpool_limits(limits=1):  # threads that wait for each other cost more than they give
        return _converted(fitted, target, samples, effort)


def _converted(
    fitted: Any, target: Path, samples: Sequence[Row], effort: Effort
) -> ConvertedEstimator:
    original = ask(encoded_first(unwrapped(fitted)), effort)
    failure: Exception | None = None
    worst: Judgement | None = None
    differing: Disagreement | None = None
    for plan in plans(original.estimator, original.layout):
        try:
            found = _tried(original, plan, target)
        except (Refused, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001  # skl2onnx and the runtime raise anything
            failure = failure or error
            continue
        if isinstance(found, _Proved):
            settled = _settle(fitted, original, found, target)
            try:
                return _with_samples(settled, original, target, samples)
            except Disagreement as disagreement:
                differing = differing or disagreement
                continue
        worst = worst or found
    if differing is not None:
        raise differing
    title = title_of(original.estimator)
    if worst is None:
        traceback.print_exception(failure)  # for the parent's log
        *_, last = plans(original.estimator, original.layout)
        culprit = culprit_in(original.estimator, last.dtype, target.parent)
        raise Refused(no_form(title, original.estimator, culprit)) from failure
    raise Refused(not_equal(title, worst.worst, original.layout, worst.rows))


def _tried(original: Original, plan: Plan, target: Path) -> _Proved | Judgement:
    """Convert by one plan; compare on the rows drawn, then on those that the graph finds."""
    started = time.monotonic()
    model = _export(original, plan, target)
    quick = time.monotonic() - started < _QUICK_S
    running = _running(original, plan.dtype, target)
    typical = original.typical.predictions
    first = judge(original.probes, running, typical)
    if not first.passed:
        return first
    hunt = hunted(original, running, lambda: _other_form(original, plan, target) if quick else None)
    second = judge(hunt.found, running, typical)
    if not second.passed:
        return second
    return _Proved(
        plan,
        model,
        {**original.probes, **hunt.found},
        {**first.verdicts, **second.verdicts},
        {**first.predicted, **second.predicted},
        hunt.warnings,
    )


def _running(original: Original, dtype: str, path: Path) -> Running:
    return Running(path, original.layout, dtype, original.task, original.budget.batch)


def _other_form(original: Original, plan: Plan, target: Path) -> Running | None:
    """Export the form in the other type, to compare the two; ``None`` where there is none."""
    if decides(original.estimator):
        return None
    path = target.with_name("other.onnx")
    dtype = "float32" if plan.dtype == "float64" else "float64"
    try:
        _export(original, replace(plan, dtype=dtype), path)
        return _running(original, dtype, path)
    except Exception:  # noqa: BLE001  # it is the other form that is served
        return None
    finally:
        path.unlink(missing_ok=True)


def _export(original: Original, plan: Plan, target: Path) -> onnx.ModelProto:
    model = _graph_of(original, plan)
    predictions = original.typical.predictions
    names = ["prediction"] if predictions.values is not None else ["label"]
    if predictions.probabilities is not None:
        names.append("probabilities")
    graph.name_outputs(model, names)
    if predictions.labels is not None and predictions.labels.dtype == bool:
        graph.make_labels_boolean(model)
    model = graph.optimised(model, target.parent)
    operation = rounded_before_thresholds(model)
    if operation is not None:
        raise Refused(rounds_before_trees(title_of(original.estimator), operation))
    _write(model, original, original.layout, plan.dtype, target)
    return model


def _graph_of(original: Original, plan: Plan) -> onnx.ModelProto:
    try:
        return export(plan.estimator, original.layout, plan.dtype)
    except Refused as refused:
        place = place_of(refused, plan.estimator, plan.dtype)
        raise Refused(of_step(place, refused.detail)) from refused


def _write(
    model: onnx.ModelProto, original: Original, layout: Layout, dtype: str, path: Path
) -> Signature:
    signature = signature_for(model, layout, original.estimator, dtype, original.known)
    graph.write(model, signature, path)
    return signature


def _settle(fitted: Any, original: Original, proved: _Proved, target: Path) -> ConvertedEstimator:
    dtype = proved.plan.dtype
    shown = taken(original.typical.rows, slice(_SHOWN))
    graph.describe_outputs(proved.model, _running(original, dtype, target).outputs(shown))
    proved = _unrounded(original, replace(proved, model=_better(original, proved, target)), target)
    model = proved.model
    settled = settle(original, _running(original, dtype, target))
    signature = _write(model, original, settled.layout, dtype, target)
    return ConvertedEstimator(
        estimator=title_of(fitted),
        task=original.task,
        signature=signature,
        opset=graph.opsets(model),
        parity=report_of({**proved.verdicts, **settled.verdicts}, proved.plan.reason),
        warnings=(
            *proved.warnings,
            *settled.warnings,
            *filter(None, [warning_for(original.estimator)]),
        ),
    )


def _with_samples(
    settled: ConvertedEstimator, original: Original, target: Path, samples: Sequence[Row]
) -> ConvertedEstimator:
    subject = Subject(original.estimator, original.task, original.layout, original.typical.rows)
    shown = shown_on(subject, target, samples)
    parity = replace(settled.parity, samples=shown.report)
    return replace(settled, parity=parity, example=shown.example)


def _better(original: Original, proved: _Proved, path: Path) -> onnx.ModelProto:
    """Prefer a better form of the trees where every bit of the predictions is the same."""
    dtype = proved.plan.dtype
    tried = False
    for form in better_forms(proved.model):
        tried = True
        _write(form, original, original.layout, dtype, path)
        if _is_same(original, proved, path):
            return form
    if tried:  # the last form tried is what the path holds
        _write(proved.model, original, original.layout, dtype, path)
    return proved.model


def _unrounded(original: Original, proved: _Proved, path: Path) -> _Proved:
    """Prefer the form that does not round the sums of trees, where it is nowhere farther off."""
    form = without_rounding(proved.model)
    if form is None:
        return proved
    dtype = proved.plan.dtype
    _write(form, original, original.layout, dtype, path)
    judged = judge(proved.probes, _running(original, dtype, path), original.typical.predictions)
    if judged.passed and all(
        proved.verdicts[kind].is_as_close(verdict) for kind, verdict in judged.verdicts.items()
    ):
        return replace(proved, model=form, verdicts=judged.verdicts, predicted=judged.predicted)
    _write(proved.model, original, original.layout, dtype, path)
    return proved


def _is_same(original: Original, proved: _Proved, path: Path) -> bool:
    try:
        running = _running(original, proved.plan.dtype, path)
        return all(
            proved.predicted[kind].is_same(running.predictions(answered.rows))
            for kind, answered in proved.probes.items()
        )
    except Exception:  # noqa: BLE001  # another operator in the file ends with the older set
        return False
