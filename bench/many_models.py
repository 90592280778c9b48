"""200 models in one 1,024 MB container: memory, failures, and what is opened, beside LRU."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier

from bench import cache_policies, fake_aws
from bench.cache_policies import Costs
from bench.figures import Figure
from bench.subject import Subject
from tools import onnx_models

SCRIPT = Path(__file__).parent / "scripts/many_models.py"
ROOT = Path(__file__).parents[1]
MODELS = 200
_REPLAYED = 4_000
_TREES = (5, 20, 60, 120)
_MEMORY_PER_BYTE = 12  # what an open forest takes, as conversions measure it


def measure(subject: Subject) -> list[Figure]:
    """Measure them in a process of its own, whose peak is its own."""
    files = _forests()
    with fake_aws.serving() as aws:
        for number in range(MODELS):
            model_id = f"01939d5e-0000-7000-8000-{number:012d}"
            aws.models[model_id] = files[number % len(files)]
            aws.memory[model_id] = len(aws.models[model_id]) * _MEMORY_PER_BYTE
        outcome = _served(aws, subject.folder / "artifacts")
    assert outcome["failures"] == 0
    costs = Costs(**outcome["costs"])
    sys.stderr.write(_table(list(aws.models), costs))
    lru, optimum = (
        policy(outcome["asked"], costs) for policy in (cache_policies.lru, cache_policies.optimum)
    )
    replayed = cache_policies.ours(outcome["asked"], costs)
    name = "200 models, opened"
    return [
        Figure("200 models, peak memory", outcome["peak_mb"], "the container", 1024, "MB", 1),
        Figure(name, outcome["misses"], "LRU", lru.loads, "", 1),
        Figure(name, outcome["misses"], "Belady's optimum", optimum.loads, "", 1.6),
        Figure(f"{name}: time", replayed.seconds, "LRU", lru.seconds, "s", 1),
        Figure(f"{name}: time", replayed.seconds, "Belady's optimum", optimum.seconds, "s"),
    ]


def _table(ids: list[str], costs: Costs) -> str:
    """Return hits and seconds of each policy, for requests of each kind."""
    lines = ["| requests | ours | LRU | Belady's optimum |", "|---|---:|---:|---:|"]
    for name, asked in cache_policies.requests(ids, _REPLAYED).items():
        cells = [name]
        for policy in (cache_policies.ours, cache_policies.lru, cache_policies.optimum):
            outcome = policy(asked, costs)
            cells.append(f"{1 - outcome.loads / _REPLAYED:.1%}, {outcome.seconds:.1f} s")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _served(aws: fake_aws.FakeAws, folder: Path) -> dict[str, Any]:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "layers/inferx/python")])
    ran = subprocess.run(
        [sys.executable, SCRIPT, folder, *aws.models],
        env={**aws.environment(), "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    outcome: dict[str, Any] = json.loads(ran.stdout)
    return outcome


def _forests() -> list[bytes]:
    """Return one file for each size, from a few hundred KB to some MB."""
    draw = np.random.default_rng(0)
    rows = draw.normal(size=(3_000, 10))
    labels = (rows[:, 0] * rows[:, 1] + draw.normal(size=3_000) > 0).astype(int)
    about = onnx_models.signature(
        inputs=[onnx_models.tensor("X", shape=(None, 10))],
        outputs=[
            onnx_models.tensor("label", "int64", (None,)),
            onnx_models.tensor("probabilities", shape=(None, 2)),
        ],
        features=[onnx_models.feature(None, column=column) for column in range(10)],
        prediction="label",
        probabilities="probabilities",
        classes=[0, 1],
    )
    estimators = [RandomForestClassifier(trees, random_state=0) for trees in _TREES]
    return [onnx_models.converted(each.fit(rows, labels), about) for each in estimators]
