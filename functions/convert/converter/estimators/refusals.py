"""The sentences with which a conversion is refused, for the model's owner to act on."""

import inspect
from collections.abc import Sequence
from typing import Any

from converter.estimators.diagnosis import Culprit, has_steps
from converter.estimators.layout import Layout, Rows
from converter.estimators.parity import Verdict

_WAY_ROUND = "convert it to ONNX yourself"
_WAYS_ROUND = {
    "GaussianProcessRegressor": "use another kernel, such as RBF",
    "KNNImputer": "use SimpleImputer or IterativeImputer",
    "RadiusNeighborsClassifier": "use KNeighborsClassifier",
    "RadiusNeighborsRegressor": "use KNeighborsRegressor",
}
_OF_SEVERAL_OUTPUTS = "put MultiOutputClassifier around a model of one output"


def no_form(title: str, estimator: Any, culprit: Culprit | None = None) -> str:
    """Say that nothing could be made of the estimator, because of which step, and what can be done.

    What skl2onnx or the runtime raised is for their developers, and is logged; it is not shown.
    """
    if culprit is not None and (culprit.path or culprit.parameter or culprit.single):
        return _because_of(title, culprit)
    last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    classes = getattr(last, "classes_", None)
    way = _WAYS_ROUND.get(type(last).__name__, _WAY_ROUND)
    if isinstance(classes, list):
        way = _OF_SEVERAL_OUTPUTS
    if culprit is None and has_steps(estimator):
        return (
            f"{title} has no ONNX form here: each of its steps has one by itself, but not in its "
            f"place in this model; put them into one Pipeline, or {way}."
        )
    return f"{title} has no ONNX form here; {way}."


def _because_of(title: str, culprit: Culprit) -> str:
    where = " → ".join(culprit.path)
    step = f"{where}: {culprit.title}" if where else culprit.title
    way = _WAYS_ROUND.get(type(culprit.step).__name__, "replace that step")
    if culprit.single:
        return (
            f"{title} has no exact ONNX form here: one step ({step}) can be computed in float32 "
            f"only, and the thresholds in this model need float64; {way}."
        )
    if culprit.parameter is not None:
        default = inspect.signature(type(culprit.step).__init__).parameters[culprit.parameter]
        way = f"use {culprit.parameter}={default.default!r}, or replace that step"
    if not culprit.path:
        return f"{step} has no ONNX form here; {way}."
    return f"{title} has no ONNX form here, because one step has none ({step}); {way}."


def of_step(path: Sequence[str], sentence: str) -> str:
    """Name the step that a converter's refusal is about, where it is not the whole model."""
    return f"Step {' → '.join(path)}: {sentence}" if path else sentence


def fails_itself(title: str, failure: Exception | None) -> str:
    """Say that the original could not predict the generated rows, and why."""
    return (
        f"{title} itself fails on generated rows{_raised(failure)}, also on rows of positive "
        "numbers, so that nothing can be compared; check that its predict takes a table of plain "
        "numbers and strings, and upload it as it predicts them."
    )


def _raised(failure: Exception | None) -> str:
    """Say in our words what the original raised; its own words are logged."""
    if isinstance(failure, AttributeError) and failure.name:
        return f" (it has no attribute {failure.name:.60}, which its library reads)"
    said = str(failure)
    if "NaN" in said or "infinity" in said:
        return " (a step makes numbers that are not finite, which the next one refuses)"
    if "egative" in said or "positive" in said:
        return " (a step refuses the signs of the numbers)"
    return f" ({type(failure).__name__})"


def of_one_class(title: str) -> str:
    """Say that there are more probabilities than classes."""
    return (
        f"{title} was fitted to one class and gives probabilities of two; fit it to two classes "
        "or more."
    )


def rounds_before_trees(title: str, operation: str) -> str:
    """Say that rows would be rounded on their way to thresholds."""
    return (
        f"{title} has no exact ONNX form here: a step before its trees can be computed in float32 "
        f"only ({operation}), and rows near a threshold would be predicted differently; replace "
        "that step, or use a last model without trees."
    )


_EQUALS = (
    " Among training rows that are equally far, the original takes those that come first in its "
    "memory: fit it without rows that repeat, or on more columns."
)


def not_equal(title: str, verdict: Verdict, layout: Layout, rows: Rows) -> str:
    """Say that the ONNX form predicts differently, by how much, and on which row most."""
    shown = ", ".join(
        f"{column.name or position}={values[verdict.worst_row]!s:.20}"
        for position, (column, values) in enumerate(zip(layout.columns[:5], rows[:5], strict=True))
    )
    report = verdict.report
    if report.label_agreement is not None and report.label_agreement < 1:
        what = f"{report.label_agreement:.2%} of the labels agree"
    else:
        what = f"predictions differ by up to {report.max_rel_diff or report.max_abs_diff or 0:.2g}"
    return (
        f"{title} was converted, but does not predict as the original does, so it is not served: "
        f"{what} on {report.rows} generated rows, worst at {shown}."
        f"{_EQUALS if verdict.among_equals else ''}"
    )
