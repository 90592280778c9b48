"""A new process to its first response, beside a bare process that reads the same two objects.

Both import what is deployed, and nothing else.
"""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from bench import deployed, fake_aws, prediction_requests, subject
from bench.figures import Figure

SCRIPTS = Path(__file__).parent / "scripts"
_ROUNDS = 21

type Started = Callable[[subprocess.Popen[bytes]], None]


@dataclass(frozen=True)
class Request:
    """One event for the handler, and the environment of both processes."""

    event: str
    environment: dict[str, str]


def request(model: subject.Subject, aws: fake_aws.FakeAws) -> Request:
    """Return a request for one row of the model that the fake AWS serves."""
    environment = {
        **aws.environment(),
        "OWNER": prediction_requests.OWNER,
        "MODEL_ID": prediction_requests.MODEL_ID,
        "ORT_DISABLE_TELEMETRY": "1",
    }
    return Request(json.dumps(prediction_requests.event(model.rows[0])), environment)


def measure(model: subject.Subject) -> list[Figure]:
    """Measure both, in turns, with all files in the page cache; medians."""
    with fake_aws.serving(model.onnx) as aws:
        asked = request(model, aws)
        times = [_both(asked, ours_first=bool(number % 2)) for number in range(_ROUNDS + 1)]
    ours, floor = (median(column) for column in zip(*times[1:], strict=True))
    against = "numpy + onnxruntime + http.client, reading the same objects"
    return [Figure("cold, process to response", ours * 1e3, against, floor * 1e3, "ms", 1.15)]


def _both(asked: Request, *, ours_first: bool) -> tuple[float, float]:
    if ours_first:
        return until_response(asked), _until_bare_response(asked)
    floor = _until_bare_response(asked)
    return until_response(asked), floor


def until_response(asked: Request, started: Started | None = None) -> float:
    """Return the seconds from our process's start to its response, with nothing on its disk.

    Args:
        asked: the event.
        started: called with the process as soon as there is one.
    """
    shutil.rmtree("/tmp/inferx", ignore_errors=True)  # noqa: S108 - the function's folder
    return _run("cold_handler.py", [asked.event], asked, started)


def _until_bare_response(asked: Request) -> float:
    return _run("cold_floor.py", [], asked)


def _run(
    script: str, arguments: list[str], asked: Request, started: Started | None = None
) -> float:
    command = deployed.command(SCRIPTS / script, *arguments)
    began = perf_counter()
    with subprocess.Popen(command, env=asked.environment, stdout=subprocess.PIPE) as process:
        if started is not None:
            started(process)
        assert process.stdout is not None
        assert process.stdout.readline()
        taken = perf_counter() - began
        process.stdout.read()
    assert process.returncode == 0
    return taken
