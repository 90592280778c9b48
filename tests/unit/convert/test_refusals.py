"""Refusals are sentences for the model's owner; what a library raised is for the log."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from converter.estimators import asking, convert
from inferx.errors import Refused

ROWS, KINDS = load_iris(return_X_y=True)


def refusal(model: Any, tmp_path: Path) -> str:
    with pytest.raises(Refused) as raised:
        convert.convert_estimator(model, tmp_path / "model.onnx")
    return raised.value.detail


def test_what_a_library_raised_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise ValueError("Unable to find a shape calculator at 0x7f")

    monkeypatch.setattr(convert, "export", failing)

    sentence = refusal(LogisticRegression(max_iter=500).fit(ROWS, KINDS), tmp_path)

    assert sentence == "LogisticRegression has no ONNX form here; convert it to ONNX yourself."


def test_what_the_model_itself_raised_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise ValueError("could not broadcast input array")

    monkeypatch.setattr(asking, "original_predictions", failing)

    sentence = refusal(LogisticRegression(max_iter=500).fit(ROWS, KINDS), tmp_path)

    assert "LogisticRegression itself fails" in sentence
    assert "broadcast" not in sentence


@pytest.mark.parametrize(
    ("model", "target", "way_round"),
    [
        pytest.param(
            KNeighborsClassifier(),
            np.array(["a", "b", "c"])[np.column_stack([KINDS, KINDS])],
            "MultiOutputClassifier",
            id="several outputs",
        ),
        pytest.param(GaussianProcessClassifier(), KINDS > 0, "labels 0 and 1", id="booleans"),
        pytest.param(
            GaussianProcessClassifier(), KINDS, "OneVsRestClassifier", id="several classes"
        ),
    ],
)
def test_way_round_is_named(model: Any, target: Any, way_round: str, tmp_path: Path) -> None:
    sentence = refusal(model.fit(ROWS, target), tmp_path)

    assert type(model).__name__ in sentence
    assert way_round in sentence
