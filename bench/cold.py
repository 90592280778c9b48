"""A new process to its first response, beside a bare process that reads the same two objects.

Both import what is deployed, and nothing else.
"""

import json
import resource
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
class Taken:
    """The seconds from a process's start to its response, and its processor time to its end."""

    seconds: float
    work: float


@dataclass(frozen=True)
class Request:
    """One event for the handler, and the environment of both processes."""

    event: str
    environment: dict[str, str]


def request(model: subject.Subject, aws: fake_aws.FakeAws) -> Request:
    """Return a request for one row of the model that the fake AWS serves."""
    environment = {
        **aws.environment(),
        **deployed.environment(),
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
    columns = [(ours.seconds, floor.seconds, ours.work, floor.work) for ours, floor in times[1:]]
    ours, floor, work, floor_work = (median(column) * 1e3 for column in zip(*columns, strict=True))
    against = "numpy + onnxruntime + http.client, reading the same objects"
    # Other work on the machine lengthens the wait of either process at random, its work of both.
    return [
        Figure("cold, process to response", ours, against, floor, "ms", 1.3),
        Figure("cold, processor time", work, against, floor_work, "ms", 1.15),
    ]


def _both(asked: Request, *, ours_first: bool) -> tuple[Taken, Taken]:
    if ours_first:
        return start(asked), _bare_start(asked)
    floor = _bare_start(asked)
    return start(asked), floor


def start(asked: Request, started: Started | None = None) -> Taken:
    """Start our process, with nothing on its disk, and return what it took to its response.

    Args:
        asked: the event.
        started: called with the process as soon as there is one.
    """
    shutil.rmtree("/tmp/inferx", ignore_errors=True)  # noqa: S108 - the function's folder
    return _run("cold_handler.py", [asked.event], asked, started)


def _bare_start(asked: Request) -> Taken:
    return _run("cold_floor.py", [], asked)


def _run(
    script: str, arguments: list[str], asked: Request, started: Started | None = None
) -> Taken:
    command = deployed.command(SCRIPTS / script, *arguments)
    before = _work_of_children()
    began = perf_counter()
    with subprocess.Popen(command, env=asked.environment, stdout=subprocess.PIPE) as process:
        if started is not None:
            started(process)
        assert process.stdout is not None
        assert process.stdout.readline()
        taken = perf_counter() - began
        process.stdout.read()
    assert process.returncode == 0
    return Taken(taken, _work_of_children() - before)


def _work_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
