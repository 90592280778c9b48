"""Metrics as log lines: CloudWatch makes metrics of them, and no call leaves the function.

Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format".
"""

import json
import os
import sys
from collections.abc import Mapping
from functools import cache
from time import time
from typing import Any

_UNITS = {"Latency": "Milliseconds"}


def measure(
    message: str, values: Mapping[str, float], dimensions: Mapping[str, str], **fields: Any
) -> None:
    """Write one log line that is also a measurement.

    Args:
        message: a constant phrase, as in :func:`inferx.telemetry.log.log`.
        values: the metrics and their values; ``Latency`` is in milliseconds, others are counts.
        dimensions: what CloudWatch tells the metrics apart by, besides the service.
        fields: what else the line should tell.
    """
    service = os.environ.get("POWERTOOLS_SERVICE_NAME", "inferx")
    namespace = os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "InferX")
    directive = _directive(namespace, tuple(values), tuple(dimensions))
    line = {
        "level": "INFO",
        "service": service,
        "message": message,
        **dimensions,
        **values,
        **fields,
    }
    head = f'{{"_aws":{{"Timestamp":{int(time() * 1000)},"CloudWatchMetrics":{directive}}},'
    sys.stdout.write(head + json.dumps(line)[1:] + "\n")


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
