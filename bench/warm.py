"""Warm predictions through the handler, everything on, beside the floor."""

import json
import os
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from bench import fake_aws, prediction_requests, subject
from bench.figures import Figure, side_by_side
from bench.floor import Floor
from tools.lambdas import Context, app

ROOT = Path(__file__).parents[1]


CONTEXT = Context("predict")


def handler_of(environment: dict[str, str]) -> Callable[[Any, Any], Any]:
    """Return the predict function's handler, in this process."""
    os.environ.update(environment)
    handle: Callable[[Any, Any], Any] = app("PredictFunction").handler
    return handle


def measure(model: subject.Subject) -> list[Figure]:
    """Measure one row and a thousand, and the AWS calls that predictions make, warm and cold."""
    floor = Floor(model.onnx)
    with fake_aws.serving(model.onnx) as aws, Path(os.devnull).open("w") as nowhere:
        handler = handler_of(aws.environment())
        with redirect_stdout(nowhere):
            first = handler(prediction_requests.event(model.rows[0]), CONTEXT)
            assert first["statusCode"] == 200, first
            cold_calls = len(aws.calls)
            one = _compare(handler, floor, model.rows[0], 1_000)
            thousand = _compare(handler, floor, (model.rows * 7)[:1_000], 10)
            warm_calls = len(aws.calls) - cold_calls
            named = _by_name(handler, model.rows[0], 1_000)
    assert json.loads(first["body"])["prediction"] == "setosa"
    return [
        Figure("warm, one row", one[0] * 1e6, "bare parse + run + dump", one[1] * 1e6, "µs", 10),
        Figure("warm, one row by name", named[0] * 1e6, "by id", named[1] * 1e6, "µs"),
        Figure(
            "warm, 1,000 rows",
            thousand[0] * 1e3,
            "bare parse + run + dump",
            thousand[1] * 1e3,
            "ms",
            2,
        ),
        Figure("AWS calls, cold model", cold_calls, "design", 2, "calls", 1),
        Figure("AWS calls, warm", warm_calls, "design (none)", 1, "calls", 0),
    ]


def _compare(
    handler: Callable[[Any, Any], Any], floor: Floor, given: Any, times: int
) -> tuple[float, float]:
    event, body = prediction_requests.event(given), prediction_requests.body(given)
    return side_by_side(lambda: handler(event, CONTEXT), lambda: floor.response(body), times)


def _by_name(handler: Callable[[Any, Any], Any], given: Any, times: int) -> tuple[float, float]:
    """Return the seconds by name, a read of the name in every two seconds included, and by id."""
    named = prediction_requests.event(given, prediction_requests.NAME)
    by_id = prediction_requests.event(given)
    return side_by_side(lambda: handler(named, CONTEXT), lambda: handler(by_id, CONTEXT), times)
