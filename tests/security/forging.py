"""Models that pickle as honest ones do, but for what a test changes on the way."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from converter.loading import load_estimator
from inferx.errors import Refused

MODEL = ("gradient_booster", "model")
TREE = (*MODEL, "trees", 0)


class Forged:
    """Pickles as ``original`` does, with its state changed on the way."""

    def __init__(self, original: Any, change: Callable[[Any], Any]) -> None:
        self.original, self.change = original, change

    def __reduce__(self) -> tuple[Any, ...]:
        function, arguments, state, *_ = self.original.__reduce_ex__(4)
        return function, arguments, self.change(state)


def loaded(model: Any, tmp_path: Path) -> Any:
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(model))
    return load_estimator(path)


def refused(model: Any, tmp_path: Path) -> bool:
    with pytest.raises(Refused):
        loaded(model, tmp_path)
    return True


def at(*path: str | int, value: Any) -> Callable[[Any], None]:
    """Change one part of an XGBoost model."""

    def change(learner: Any) -> None:
        for key in path[:-1]:
            learner = learner[key]
        learner[path[-1]] = value(learner[path[-1]]) if callable(value) else value

    return change
