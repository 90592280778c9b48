"""The sentences with which a conversion is refused, for the model's owner to act on."""

from converter.estimators.layout import Layout, Rows
from converter.estimators.parity import Verdict


def no_form(title: str, failure: Exception | None) -> str:
    """Say that nothing could be made of the estimator, and why."""
    reason = str(failure).strip().split("\n", maxsplit=1)[0] if failure else ""
    if not reason or "ONNXRuntimeError" in reason or len(reason) > 200:
        return f"{title} has no ONNX form here; convert it to ONNX yourself."
    return f"{title} has no ONNX form here ({reason.rstrip('.')}); convert it to ONNX yourself."


def not_equal(title: str, verdict: Verdict, layout: Layout, rows: Rows) -> str:
    """Say that the ONNX form answers differently, by how much, and on which row most."""
    shown = ", ".join(
        f"{column.name or position}={values[verdict.worst_row]!s:.20}"
        for position, (column, values) in enumerate(zip(layout.columns[:5], rows[:5], strict=True))
    )
    report = verdict.report
    if report.label_agreement is not None and report.label_agreement < 1:
        what = f"{report.label_agreement:.2%} of the labels agree"
    else:
        what = f"answers differ by up to {report.max_rel_diff or report.max_abs_diff or 0:.2g}"
    return (
        f"{title} was converted, and does not answer as the original does, so it is not served: "
        f"{what} on {report.rows} generated rows, worst at {shown}."
    )
