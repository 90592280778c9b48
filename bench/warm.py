"""Warm predictions through the handler, everything on, beside the floor."""

import io
import json
import os
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.linear_model import LinearRegression

from bench import fake_aws, prediction_requests, subject
from bench.figures import Figure, side_by_side
from bench.floor import Floor
from tools import onnx_models
from tools.lambdas import Context, app

type Handler = Callable[[Any, Any], Any]

CONTEXT = Context("predict")
_FLOOR = "orjson + run + orjson"
_WIDE = 100
_WIDE_ID = "01939d5e-0000-7000-8000-000000000002"
_LOG_BYTES = 350
_OF_CLOUDWATCH = 26
"""What CloudWatch bills for each line beside its text (pricing page, "Logs")."""


class _Case(NamedTuple):
    """What is predicted: of which model, how often in a round, and the largest ratio."""

    what: str
    given: Any
    times: int
    budget: float
    model_id: str = prediction_requests.MODEL_ID


def handler_of(environment: dict[str, str]) -> Handler:
    """Return the predict function's handler, in this process."""
    os.environ.update(environment)
    handle: Handler = app("PredictFunction").handler
    return handle


def measure(model: subject.Subject) -> list[Figure]:
    """Measure one row, many and wide ones; AWS calls, warm and cold; and what is logged."""
    wide = model.folder / "wide.onnx"
    wide.write_bytes(_wide_regression())
    with fake_aws.serving(model.onnx) as aws, Path(os.devnull).open("w") as nowhere:
        aws.models[_WIDE_ID] = wide.read_bytes()
        handler = handler_of(aws.environment())
        with redirect_stdout(nowhere):
            first = handler(prediction_requests.event(model.rows[0]), CONTEXT)
            assert json.loads(first["body"])["prediction"] == "setosa"
            calls = len(aws.calls)
            many = (model.rows * 7)[:1_000]
            floor = Floor(model.onnx, ("setosa", "versicolor", "virginica"))
            figures = [
                _compared(_Case("one row", model.rows[0], 1_000, 4), handler, floor),
                _compared(_Case("1,000 rows", many, 10, 2), handler, floor),
            ]
            figures.append(Figure("AWS calls, cold model", calls, "design", 2, "calls", 1))
            repeated = len(aws.calls) - calls
            figures.append(Figure("AWS calls, warm", repeated, "design (none)", 1, "calls", 0))
            figures.append(_by_name(handler, model.rows[0]))
            rows = np.random.default_rng(0).normal(size=(10_000, _WIDE)).round(2).tolist()
            case = _Case(f"10,000 rows of {_WIDE}", rows, 1, 2, _WIDE_ID)
            figures.append(_compared(case, handler, Floor(wide)))
        figures.append(_logged(handler, model.rows[0]))
    return figures


def _wide_regression() -> bytes:
    columns = range(_WIDE)
    about = onnx_models.signature(
        inputs=[onnx_models.tensor("X", "float64", (None, _WIDE))],
        outputs=[onnx_models.tensor("variable", "float64")],
        features=[onnx_models.feature(None, column=column) for column in columns],
    )
    rows = np.random.default_rng(0).normal(size=(1_000, _WIDE))
    return onnx_models.converted(LinearRegression().fit(rows, rows @ np.arange(_WIDE)), about)


def _compared(case: _Case, handler: Handler, floor: Floor) -> Figure:
    event = prediction_requests.event(case.given, case.model_id)
    body = prediction_requests.body(case.given)
    response = handler(event, CONTEXT)
    assert response["statusCode"] == 200, response
    ours, theirs = side_by_side(
        lambda: handler(event, CONTEXT), lambda: floor.predict(body), case.times
    )
    return Figure(f"warm, {case.what}", ours * 1e6, _FLOOR, theirs * 1e6, "µs", case.budget)


def _by_name(handler: Handler, given: Any) -> Figure:
    """Measure by name, a read of the name in every two seconds included, beside by id."""
    named = prediction_requests.event(given, prediction_requests.NAME)
    by_id = prediction_requests.event(given)
    ours, theirs = side_by_side(
        lambda: handler(named, CONTEXT), lambda: handler(by_id, CONTEXT), 1_000
    )
    return Figure("warm, one row by name", ours * 1e6, "by id", theirs * 1e6, "µs")


def _logged(handler: Handler, given: Any) -> Figure:
    """Count the bytes that CloudWatch bills for a prediction: Lambda's own lines are off."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        handler(prediction_requests.event(given), CONTEXT)
    lines = printed.getvalue().splitlines()
    size = sum(len(line.encode()) + _OF_CLOUDWATCH for line in lines)
    return Figure("log of a prediction", size, "design", _LOG_BYTES, "bytes", 1)
