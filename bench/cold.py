"""A new process to its first answer, beside a bare process that reads the same two objects."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from bench import asking, fake_aws, subject
from bench.figures import Figure

ROOT = Path(__file__).parents[1]
SCRIPTS = Path(__file__).parent / "scripts"
_ROUNDS = 11


def measure(model: subject.Subject) -> list[Figure]:
    """Both, in turns; medians."""
    with fake_aws.serving(model.onnx) as aws:
        environment = {
            **aws.environment(),
            "PYTHONPATH": os.pathsep.join(
                [str(ROOT / "layers/inferx/python"), str(ROOT / "functions/predict")]
            ),
            "OWNER": asking.OWNER,
            "MODEL_ID": asking.MODEL_ID,
        }
        event = json.dumps(asking.event(model.rows[0]))
        times: list[tuple[float, float]] = []
        for _ in range(_ROUNDS + 1):
            shutil.rmtree("/tmp/inferx", ignore_errors=True)  # noqa: S108 - the function's folder
            ours = _until_answer(["cold_handler.py", event], environment)
            times.append((ours, _until_answer(["cold_floor.py"], environment)))
    ours, floor = (median(column) for column in zip(*times[1:], strict=True))
    against = "numpy + onnxruntime + botocore, reading the same objects"
    return [Figure("cold, process to answer", ours * 1e3, against, floor * 1e3, "ms", 1.3)]


def _until_answer(command: list[str], environment: dict[str, str]) -> float:
    started = perf_counter()
    with subprocess.Popen(
        [sys.executable, SCRIPTS / command[0], *command[1:]],
        env=environment,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        taken = perf_counter() - started
        process.stdout.read()
    assert process.returncode == 0
    return taken
