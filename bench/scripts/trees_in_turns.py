"""Times one model of trees in all that predicts it: in turns, in one process and one thread.

``trees_in_turns.py FOLDER CASE``: prints the nanoseconds of the processor that one row takes in
each, by the number of rows, and how far the probabilities are from ours.
"""

import itertools
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import process_time_ns
from typing import Any

import numpy as np

from inferx.onnx_session import PROVIDERS, ort, session_options
from inferx.serving.direct_runs import DirectRuns

SIZES = {1: (300, 9), 1_000: (1, 9), 10_000: (1, 3)}
"""How many runs a round has, and how many rounds, by the number of rows."""
_SLOW_RUNS = 10
_MOST_COMPILED = 8_000
"""Leaves. A C compiler takes minutes for more."""

type Predict = Callable[[Any], Any]


def ours(folder: Path, case: str) -> tuple[Any, Predict]:
    """Return the type of the rows and the predictions of the converted model, as served."""
    session = ort.InferenceSession(folder / f"{case}.onnx", session_options(), PROVIDERS)
    source = session.get_inputs()[0]
    names = [output.name for output in session.get_outputs()]
    dtype = np.float64 if source.type == "tensor(double)" else np.float32
    runs = DirectRuns(session)
    return dtype, lambda rows: runs.run(names, {source.name: rows})[-1]


def library(folder: Path, case: str) -> tuple[Any, Predict]:
    """Return those of the library that fitted the model."""
    import joblib  # noqa: PLC0415  # each of these is measured without the others' threads

    text = folder / f"{case}.txt"
    if text.exists():
        import lightgbm  # noqa: PLC0415  # as above

        booster = lightgbm.Booster(model_file=text)
        return np.float64, lambda rows: booster.predict(rows, num_threads=1)
    forest = joblib.load(folder / f"{case}.joblib").set_params(n_jobs=1)
    return np.float32, forest.predict_proba


def by_lleaves(folder: Path, case: str) -> tuple[Any, Predict] | None:
    """Return those of lleaves, which compiles LightGBM's models alone."""
    text = folder / f"{case}.txt"
    if not text.exists():
        return None
    import lleaves  # noqa: PLC0415  # as above

    compiled = lleaves.Model(model_file=text)
    compiled.compile()
    return np.float64, lambda rows: compiled.predict(rows, n_jobs=1)


def by_tl2cgen(folder: Path, case: str) -> tuple[Any, Predict] | None:
    """Return those of tl2cgen, where there is a C compiler and the model is small enough."""
    import joblib  # noqa: PLC0415  # as above
    import tl2cgen  # noqa: PLC0415  # as above
    import treelite  # noqa: PLC0415  # as above

    fitted, text = joblib.load(folder / f"{case}.joblib"), folder / f"{case}.txt"
    if shutil.which("gcc") is None or _leaves(fitted) > _MOST_COMPILED:
        return None
    if text.exists():
        dtype: Any = np.float64
        model = treelite.frontend.load_lightgbm_model(text)
    else:
        dtype, model = np.float32, treelite.sklearn.import_model(fitted)
    built = folder / f"{case}.so"
    tl2cgen.export_lib(model, "gcc", built, params={"parallel_comp": 8}, nthread=1)
    predictor = tl2cgen.Predictor(built, nthread=1)
    return dtype, lambda rows: predictor.predict(tl2cgen.DMatrix(rows))


def _leaves(fitted: Any) -> int:
    if hasattr(fitted, "booster_"):
        return int(fitted.booster_.num_trees() * fitted.num_leaves)
    return sum(int(tree.tree_.n_leaves) for tree in fitted.estimators_)


RUNNERS = {"InferX": ours, "library": library, "lleaves": by_lleaves, "tl2cgen": by_tl2cgen}


def predictors(folder: Path, case: str, names: Sequence[str] = ()) -> dict[str, Any]:
    """Return the type of the rows and the function of each that can predict the model."""
    made = {name: RUNNERS[name](folder, case) for name in names or RUNNERS}
    return {name: each for name, each in made.items() if each is not None}


def farthest(predicting: dict[str, Any], rows: Any) -> float:
    """Return how far any probability of the last class is from ours."""

    def last(name: str) -> Any:
        dtype, predict = predicting[name]
        found = np.asarray(predict(rows.astype(dtype)), dtype=np.float64)
        return found.reshape(len(rows), -1)[:, -1]

    expected = last("InferX")
    return max(float(np.abs(last(name) - expected).max()) for name in predicting)


def timed(predicting: dict[str, Any], rows: Any, size: int) -> dict[str, float]:
    """Return the nanoseconds of one row: the median of some rounds, each of all in turns."""
    runs, rounds = SIZES[size]
    found: dict[str, list[float]] = {name: [] for name in predicting}
    for _ in range(rounds):
        for name, (dtype, predict) in predicting.items():
            parts = [rows[at * size : (at + 1) * size].astype(dtype) for at in range(runs)]
            asked = itertools.islice(parts, _SLOW_RUNS if _is_slow(name, predict) else None)
            taken = list(asked)
            predict(taken[-1])
            started = process_time_ns()
            for part in taken:
                predict(part)
            found[name].append((process_time_ns() - started) / len(taken) / size)
    return {name: median(each) for name, each in found.items()}


def _is_slow(name: str, predict: Predict) -> bool:
    """Return whether it is scikit-learn, which takes milliseconds for a row."""
    return name == "library" and getattr(predict, "__name__", "") == "predict_proba"


def main(folder: Path, case: str) -> None:
    """Measure, and print the outcome as JSON."""
    rows = np.load(folder / "rows.npy")
    predicting = predictors(folder, case)
    outcome = {
        "apart": farthest(predicting, rows[:1_000]),
        "ns": {size: timed(predicting, rows, size) for size in SIZES},
    }
    sys.stdout.write(json.dumps(outcome) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
