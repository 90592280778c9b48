"""A file that is no single fitted model is refused with what it holds and what to save."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelEncoder, OrdinalEncoder, StandardScaler

from converter.estimators import from_file
from converter.estimators.from_file import convert_saved_estimator
from converter.loading import load_estimator
from inferx.errors import Refused

ROWS, LABELS = load_iris(return_X_y=True)
SCALER = StandardScaler().fit(ROWS)
MODEL = LogisticRegression().fit(SCALER.transform(ROWS), LABELS)


def saved(content: Any, tmp_path: Path) -> Path:
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(content))
    return path


@pytest.mark.parametrize(
    ("content", "sentences"),
    [
        (
            {"model": MODEL, "scaler": SCALER, "version": 3},
            [
                "a dict ('model': a LogisticRegression, 'scaler': a StandardScaler",
                "joblib.dump(content['model'], 'model.joblib')",
                "make_pipeline(content['scaler'], content['model'])",
            ],
        ),
        ([MODEL], ["a list (0: a LogisticRegression)", "joblib.dump(content[0]"]),
        ((SCALER, np.zeros(3)), ["1: an array of shape (3,)", "joblib.dump(content[0]"]),
        ({"score": 0.9}, ["'score': a float", "no fitted model; save the model itself"]),
        (list(range(20)), ["and 12 more"]),
        (np.zeros((2, 3)), ["an array of shape (2, 3)"]),
        (LogisticRegression(), ["a LogisticRegression, which is not fitted"]),
    ],
)
def test_refusal_names_what_the_file_holds(
    content: Any, sentences: list[str], tmp_path: Path
) -> None:
    with pytest.raises(Refused) as refusal:
        load_estimator(saved(content, tmp_path))

    assert all(sentence in refusal.value.detail for sentence in sentences), refusal.value.detail


def test_encoder_of_labels_is_refused_as_what_it_is(tmp_path: Path) -> None:
    path = saved(LabelEncoder().fit(["a", "b"]), tmp_path)

    with pytest.raises(Refused, match="LabelEncoder turns labels into numbers"):
        convert_saved_estimator(path, "pickle", tmp_path / "model.onnx")


def test_exception_of_a_part_is_a_refusal_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise IndexError("index 10 is out of bounds")

    monkeypatch.setattr(from_file, "convert_estimator", fail)

    with pytest.raises(Refused, match="LogisticRegression is read, but no rows can be generated"):
        convert_saved_estimator(saved(MODEL, tmp_path), "pickle", tmp_path / "model.onnx")


def test_scaler_of_codes_is_probed_by_codes_that_exist(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).choice(["low", "mid", "high"], (60, 2)).astype(object)
    model = make_pipeline(OrdinalEncoder(), StandardScaler()).fit(rows)

    facts = convert_saved_estimator(saved(model, tmp_path), "pickle", tmp_path / "model.onnx")

    assert facts["task"] == "transformation"
