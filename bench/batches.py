"""One worker of a batch, beside bare onnxruntime on the same rows in memory, and pandas.

``python -m bench.batches 1000000``: so many rows of ten numbers, as CSV and as Parquet, for a
forest of 100 trees and for gradient boosting, each with one thread. Each measurement is a process
of its own: the better of two, in seconds of the processor, which other programs disturb less; and
the worker's peak of memory.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.datasets import make_classification
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier

from bench.figures import Figure
from tools import onnx_models

ROOT = Path(__file__).parents[1]
SCRIPTS = Path(__file__).parent / "scripts"
PEER = Path(__file__).parent / "peers" / "pandas_chunks.py"
NAMES = [f"f{at}" for at in range(10)]
MOST_MB = 512
_ROUNDS = 2
_CHUNK = 65_536


@dataclass(frozen=True)
class Case:
    """A model and the files of rows that it predicts, in a folder."""

    name: str
    folder: Path

    @property
    def onnx(self) -> Path:
        """The converted model."""
        return self.folder / f"{self.name}.onnx"

    @property
    def pickle(self) -> Path:
        """The model as scikit-learn saved it."""
        return self.folder / f"{self.name}.joblib"


def main() -> int:
    """Measure, print the table, and return 1 when a budget is broken."""
    rows = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _write_rows(folder, rows)
        figures = [each for case in _cases(folder) for each in _measure(case, rows)]
    lines = ["| what | ours | against | theirs | ratio | budget |", "|---|---:|---|---:|---:|---:|"]
    for each in figures:
        budget = "" if each.budget is None else f"≤ {each.budget:.3g}"
        lines.append(
            f"| {each.what} | {each.ours:,.4g} {each.unit} | {each.against} "
            f"| {each.floor:,.4g} {each.unit} | {each.ratio:.3g}"
            f"{'' if each.held else ' **over**'} | {budget} |"
        )
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if all(each.held for each in figures) else 1


def _write_rows(folder: Path, rows: int) -> None:
    made = np.random.default_rng(0).normal(size=(rows, len(NAMES))).round(6)
    np.save(folder / "rows.npy", made.astype(np.float32))  # as the models take them
    with (folder / "rows.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", *NAMES])
        writer.writerows([at, *row] for at, row in enumerate(made.tolist()))
    columns = dict(zip(NAMES, made.T, strict=True))
    table = pa.table({"id": np.arange(rows), **columns})
    pq.write_table(table, folder / "rows.parquet", row_group_size=131_072)


def _cases(folder: Path) -> list[Case]:
    samples, labels = make_classification(20_000, len(NAMES), random_state=0)
    width = len(NAMES)
    about = onnx_models.signature(
        inputs=[onnx_models.tensor("X", "float32", (None, width))],
        outputs=[
            onnx_models.tensor("label", "int64", (None,)),
            onnx_models.tensor("probabilities", "float32", (None, 2)),
        ],
        features=[onnx_models.feature(name, column=at) for at, name in enumerate(NAMES)],
        prediction="label",
        probabilities="probabilities",
        classes=[0, 1],
        named_features=True,
    )
    models = {
        "forest": RandomForestClassifier(100, max_depth=10, random_state=0),
        "boosting": GradientBoostingClassifier(n_estimators=100, random_state=0),
    }
    cases = []
    for name, model in models.items():
        case = Case(name, folder)
        model.fit(samples, labels)
        joblib.dump(model, case.pickle)
        case.onnx.write_bytes(onnx_models.converted(model, about))
        cases.append(case)
    return cases


def _measure(case: Case, rows: int) -> list[Figure]:
    def best(*command: str | Path) -> dict[str, Any]:
        return min((_run(*command) for _ in range(_ROUNDS)), key=lambda each: each["seconds"])

    folder = case.folder
    ours = {
        kind: best(sys.executable, SCRIPTS / "batch_worker.py", case.onnx, folder / f"rows.{kind}")
        for kind in ("csv", "parquet")
    }
    floor = best(sys.executable, SCRIPTS / "batch_floor.py", case.onnx, folder / "rows.npy")
    peer_python = ROOT / ".venv-pandas/bin/python"
    peer = best(peer_python, PEER, case.pickle, folder / "rows.csv", str(_CHUNK))
    figures = []
    for kind, budget in (("csv", 3.0), ("parquet", 2.0)):
        what = f"{case.name}, {kind}, {rows / ours[kind]['seconds']:,.0f} rows/s"
        seconds = ours[kind]["seconds"]
        figures += [
            Figure(what, seconds, "bare onnxruntime", floor["seconds"], "s", budget),
            Figure(f"{case.name}, {kind}, peak", ours[kind]["peak_mb"], "limit", MOST_MB, "MB", 1),
        ]
    csv_s = ours["csv"]["seconds"]
    against = "pandas.read_csv + model.predict"
    return [*figures, Figure(f"{case.name}, csv", csv_s, against, peer["seconds"], "s", 1)]


def _run(*command: str | Path) -> dict[str, Any]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "layers/inferx/python"),
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    sys.exit(main())
