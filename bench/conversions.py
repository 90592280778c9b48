"""What honest conversions take in the sandbox as deployed, beside another checkout if asked.

``python -m bench.conversions [CHECKOUT]``: child processes, confined. The checkouts take turns,
and each figure is the median of some rounds. Processor time is what to compare: what else a machine
does lengthens the wall clock.
"""

import json
import os
import pickle
import subprocess
import sys
import tempfile
from compileall import compile_dir
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from lightgbm import LGBMClassifier
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from xgboost import XGBClassifier

from converter.estimators.convert import convert_estimator

ROOT = Path(__file__).parents[1]
ROUNDS = 3
_SCRIPTS = Path(__file__).parent / "scripts"
_FOLDERS = ("functions/convert", "layers/inferx/python", "layers/sandbox/python")


def write_models(folder: Path) -> dict[str, Path]:
    """Fit the models and write them as their owners would; return their files by name."""
    digits = load_digits(return_X_y=True)
    fitted = {
        "pipeline over columns": _pipeline(),
        "random forest, 100 trees": RandomForestClassifier(100, random_state=0).fit(*digits),
        "HistGradientBoosting, 100 rounds": HistGradientBoostingClassifier(random_state=0).fit(
            *load_breast_cancer(return_X_y=True)
        ),
        "SVC": SVC().fit(*digits),
        "k-nearest neighbours": KNeighborsClassifier().fit(*digits),
        "LightGBM, 100 x 10 trees": LGBMClassifier(n_jobs=1, verbose=-1).fit(*digits),
        "XGBoost, 100 x 10 trees": XGBClassifier(n_jobs=1).fit(*digits),
    }
    files = {name: folder / f"{number}.pkl" for number, name in enumerate(fitted)}
    for name, file in files.items():
        file.write_bytes(pickle.dumps(fitted[name]))
    files["ONNX, that forest"] = folder / "forest.onnx"
    convert_estimator(fitted["random forest, 100 trees"], files["ONNX, that forest"])
    return files


def _pipeline() -> Any:
    rows, labels = load_breast_cancer(return_X_y=True)
    sizes = np.where(rows[:, 0] > np.median(rows[:, 0]), "large", "small")
    table = np.column_stack([rows.astype(object), sizes])
    numbers, words = slice(0, rows.shape[1]), [rows.shape[1]]
    steps = make_column_transformer(
        (StandardScaler(), numbers), (OneHotEncoder(handle_unknown="ignore"), words)
    )
    return make_pipeline(steps, LogisticRegression(max_iter=1_000)).fit(table, labels)


def converted(file: Path, checkout: Path) -> dict[str, float]:
    """Convert a file by a checkout; return seconds and megabytes.

    Args:
        file: a trained model.
        checkout: a folder with this repository at some commit.
    """
    taken: dict[str, float] = json.loads(_run(checkout, "one_conversion.py", str(file)))
    assert taken.pop("converted"), file
    return taken


def in_turns(files: dict[str, Path], checkouts: list[Path]) -> dict[str, list[dict[str, float]]]:
    """Return the medians of each file's conversion by each checkout."""
    rounds = [
        {name: [converted(file, each) for each in checkouts] for name, file in files.items()}
        for _ in range(ROUNDS)
    ]
    return {
        name: [_medians([each[name][place] for each in rounds]) for place in range(len(checkouts))]
        for name in files
    }


def _medians(taken: list[dict[str, float]]) -> dict[str, float]:
    return {kind: median(each[kind] for each in taken) for kind in taken[0]}


def _run(checkout: Path, script: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-W", "ignore", _SCRIPTS / script, *arguments],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(str(checkout / folder) for folder in _FOLDERS),
            "OMP_NUM_THREADS": "1",
        },
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout.splitlines()[-1]


def table(files: dict[str, Path], taken: dict[str, list[dict[str, float]]]) -> str:
    """Return the table's text: processor and wall-clock seconds and megabytes, by checkout."""
    count = len(next(iter(taken.values())))
    heads = [""] if count == 1 else [", before", ", now"]
    columns = [f"{kind}{head}" for kind in ("processor", "wall clock", "memory") for head in heads]
    lines = [f"| model | file | {' | '.join(columns)} |", "| --- " * (2 + len(columns)) + "|"]
    for name, each in taken.items():
        cells = [f"{files[name].stat().st_size / 1e6:.2f} MB"]
        cells += [f"{one['processor_s']:.2f} s" for one in each]
        cells += [f"{one['wall_s']:.2f} s" for one in each]
        cells += [f"{one['peak_mb']:.0f} MB" for one in each]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the table, and what confining alone takes of it."""
    checkouts = [*(Path(each).resolve() for each in sys.argv[1:2]), ROOT]
    for code in (checkout / each for checkout in checkouts for each in _FOLDERS):
        compile_dir(code, quiet=2)  # as it is deployed: the sandbox writes no bytecode
    with tempfile.TemporaryDirectory() as folder:
        files = write_models(Path(folder))
        sys.stdout.write(table(files, in_turns(files, checkouts)))
    sys.stdout.write(f"\nConfining takes {_run(ROOT, 'confining.py')} ms, twice a conversion.\n")


if __name__ == "__main__":
    main()
