"""Metrics as log lines: CloudWatch turns them into metrics, and no call leaves the function.

CloudWatch bills each metric by its dimensions, so that one metric for each model would cost most
who have many. All are metrics of the service; the line names the model, for Logs Insights, and
only a stack deployed with ``ModelMetrics`` makes it a dimension too.

Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format".
"""

import json
import os
import sys
from collections.abc import Mapping
from functools import cache
from json.encoder import encode_basestring_ascii as _quoted
from time import time
from typing import Any

from inferx.telemetry.context import bound

_UNITS = {"Latency": "Milliseconds"}


def measure(
    message: str,
    values: Mapping[str, float],
    *,
    model_id: str | None = None,
    ids: Mapping[str, str] | None = None,
    **counts: int,
) -> None:
    """Write one log line that is also a measurement.

    Args:
        message: a constant phrase, as in :func:`inferx.telemetry.log.log`.
        values: the metrics and their values; ``Latency`` is in milliseconds, others are counts.
            How often something was measured is each metric's sample count.
        model_id: the model that was measured, if it was one.
        ids: what the line names besides; all ids that are bound to the request if left out.
        counts: whole numbers that the line holds besides.
    """
    head = _head(message, tuple(values), model_id is not None)
    named = bound() if ids is None else ids
    if model_id is not None:
        named = {"model_id": model_id, **named}
    # Formatted by hand: a line is written for every prediction.
    numbers = "".join([f',"{name}":{value!r}' for name, value in {**values, **counts}.items()])
    texts = "".join([f',"{name}":{_quoted(text)}' for name, text in named.items()])
    sys.stdout.write(f'{{"_aws":{{"Timestamp":{int(time() * 1000)},{head}{numbers}{texts}}}\n')


@cache
def _head(message: str, metrics: tuple[str, ...], of_model: bool) -> str:
    """Return what all lines of a kind have alike, from after the time on."""
    service = os.environ.get("POWERTOOLS_SERVICE_NAME", "inferx")
    dimensions = [["service"]]
    if of_model and os.environ.get("MODEL_METRICS") == "true":
        dimensions.append(["service", "model_id"])
    directive = {
        "Namespace": os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "InferX"),
        "Dimensions": dimensions,
        "Metrics": [_described(name) for name in metrics],
    }
    constant = {"service": service, "message": message}  # Lambda takes it for INFO
    return f'"CloudWatchMetrics":{_compact([directive])}}},{_compact(constant)[1:-1]}'


def _described(name: str) -> dict[str, str]:
    return {"Name": name, "Unit": _UNITS[name]} if name in _UNITS else {"Name": name}


def _compact(content: Any) -> str:
    return json.dumps(content, separators=(",", ":"))
