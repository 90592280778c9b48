"""Metrics as log lines: CloudWatch turns them into metrics, and no call leaves the function.

Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format".
"""

import json
import os
import sys
from collections.abc import Mapping
from functools import cache
from time import time
from typing import Any

from inferx.telemetry.context import bound

_UNITS = {"Latency": "Milliseconds"}
# Prebuilt, and without a search for circles: a line is written for every prediction.
_encode = json.JSONEncoder(check_circular=False).encode


def measure(
    message: str, values: Mapping[str, float], dimensions: Mapping[str, str], **fields: Any
) -> None:
    """Write one log line that is also a measurement.

    The ids that are bound to the request are added to it; they are no dimensions.

    Args:
        message: a constant phrase, as in :func:`inferx.telemetry.log.log`.
        values: the metrics and their values; ``Latency`` is in milliseconds, others are counts.
        dimensions: what CloudWatch splits the metrics by, besides the service.
        fields: further content of the line.
    """
    service, namespace = _names()
    directive = _directive(namespace, tuple(values), tuple(dimensions))
    line = {
        "level": "INFO",
        "service": service,
        "message": message,
        **dimensions,
        **values,
        **bound(),
        **fields,
    }
    head = f'{{"_aws":{{"Timestamp":{int(time() * 1000)},"CloudWatchMetrics":{directive}}},'
    sys.stdout.write(head + _encode(line)[1:] + "\n")


@cache
def _names() -> tuple[str, str]:
    return (
        os.environ.get("POWERTOOLS_SERVICE_NAME", "inferx"),
        os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "InferX"),
    )


@cache
def _directive(namespace: str, metrics: tuple[str, ...], dimensions: tuple[str, ...]) -> str:
    described = [{"Name": name, "Unit": _UNITS.get(name, "Count")} for name in metrics]
    return json.dumps(
        [
            {
                "Namespace": namespace,
                "Dimensions": [["service", *dimensions]],
                "Metrics": described,
            }
        ]
    )
