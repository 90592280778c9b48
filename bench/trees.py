"""Ensembles of trees: ours beside their own libraries and beside compilers of trees.

Nanoseconds of the processor for one row and one tree, on one thread. Each model has a process of
its own, in which all take turns; a single row is another one each time, as it is for a server.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from lightgbm import LGBMClassifier
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier

from bench.figures import Figure
from bench.subject import Subject
from converter.estimators.convert import convert_estimator

ROOT = Path(__file__).parents[1]
SCRIPT = Path(__file__).parent / "scripts/trees_in_turns.py"
PYTHON = ROOT / ".venv-trees/bin/python"
_ROWS, _COLUMNS = 10_000, 20
_CLOSE = 1e-6


@dataclass(frozen=True)
class Case:
    """A model to fit: its name in the table, and how many classes the rows have."""

    name: str
    estimator: Any
    classes: int = 2

    @property
    def trees(self) -> int:
        """How many trees predict a row."""
        each = self.classes if isinstance(self.estimator, LGBMClassifier) else 1
        return int(self.estimator.n_estimators) * (each if each > 2 else 1)


def _boosted(trees: int, leaves: int) -> LGBMClassifier:
    return LGBMClassifier(n_estimators=trees, num_leaves=leaves, n_jobs=1, verbose=-1)


def _forest(trees: int, depth: int | None = None) -> RandomForestClassifier:
    return RandomForestClassifier(trees, max_depth=depth, random_state=0)


CASES = {
    "boosted": Case("LightGBM 100 x 31", _boosted(100, 31)),
    "boosted_large": Case("LightGBM 500 x 63", _boosted(500, 63)),
    "boosted_three": Case("LightGBM 100 x 31, 3 classes", _boosted(100, 31), 3),
    "forest": Case("forest of 100", _forest(100)),
    "forest_large": Case("forest of 500", _forest(500)),
    "forest_three": Case("forest of 100, 3 classes", _forest(100), 3),
    "forest_shallow": Case("forest of 100, 6 deep", _forest(100, 6)),
}


def measure(subject: Subject) -> list[Figure]:
    """Measure all cases; the table of all that took part goes to the standard error stream."""
    figures = []
    for key, case in CASES.items():
        write(case, key, subject.folder)
        outcome = _measured(subject.folder, key)
        assert outcome["apart"] < _CLOSE, f"{case.name}: {outcome['apart']}"
        for size, taken in outcome["ns"].items():
            each = {name: ns / case.trees for name, ns in taken.items()}
            sys.stderr.write(_line(case, int(size), each))
            figures.append(_figure(case, int(size), each))
    return figures


def write(case: Case, key: str, folder: Path, rows: int = _ROWS) -> None:
    """Fit a model; write it as its library saves it and as we convert it, and rows to predict."""
    samples, labels = make_classification(
        rows, _COLUMNS, n_informative=10, n_classes=case.classes, flip_y=0.05, random_state=0
    )
    case.estimator.fit(samples, labels)
    joblib.dump(case.estimator, folder / f"{key}.joblib")
    if isinstance(case.estimator, LGBMClassifier):
        case.estimator.booster_.save_model(folder / f"{key}.txt")
    np.save(folder / "rows.npy", np.random.default_rng(1).permutation(samples))
    convert_estimator(case.estimator, folder / f"{key}.onnx")


def _measured(folder: Path, key: str) -> dict[str, Any]:
    ran = subprocess.run(
        [PYTHON, "-W", "ignore", SCRIPT, folder, key],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "layers/inferx/python"),
            "OMP_NUM_THREADS": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what the compilers write
        check=True,
        text=True,
    )
    outcome: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return outcome


def _figure(case: Case, size: int, each: dict[str, float]) -> Figure:
    others = {name: ns for name, ns in each.items() if name != "InferX"}
    best = min(others, key=lambda name: others[name])
    what = f"{case.name}, {_rows(size)}, a row and tree"
    return Figure(what, each["InferX"], best, others[best], "ns")


def _line(case: Case, size: int, each: dict[str, float]) -> str:
    columns = [
        f"{each[name]:,.1f}" if name in each else "-"
        for name in ("InferX", "lleaves", "tl2cgen", "library")
    ]
    return f"| {case.name} | {_rows(size)} | {' | '.join(columns)} |\n"


def _rows(size: int) -> str:
    return "1 row" if size == 1 else f"{size:,} rows"
