"""A file that is no single fitted model is refused with what it holds and what to save."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelEncoder, OrdinalEncoder, StandardScaler
from xgboost import XGBRegressor

from converter.conversion import convert_source
from converter.estimators import from_file
from converter.estimators.from_file import convert_saved_estimator
from converter.loading import load_estimator
from inferx.errors import Refused
from sandbox.job_request import JobRequest

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
                "a dict ('model': LogisticRegression, 'scaler': StandardScaler, 'version': int)",
                "upload it again with part=model, or save",
                "joblib.dump(content['model'], 'model.joblib')",
                "make_pipeline(content['scaler'], content['model'])",
            ],
        ),
        ([MODEL], ["a list (0: LogisticRegression): upload it again with part=0, or save"]),
        ({"a": {"b": [1, MODEL]}}, ["a dict ('a': dict of 1): upload it again with part=a.b.1"]),
        ({"old": MODEL, "new": MODEL}, ["part=old (or new), or save that model alone"]),
        ((SCALER, np.zeros(3)), ["1: array of shape (3,)", "joblib.dump(content[0]"]),
        ({"score": 0.9}, ["'score': float", "no fitted model; save the model itself"]),
        (list(range(20)), ["7: int and 12 more)"]),
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


NESTED = {"fitted": {"models": [SCALER, MODEL]}, "v1.5": MODEL, 7: MODEL, "about": "iris"}


@pytest.mark.parametrize("part", ["fitted.models.1", "v1.5", "7"])
def test_part_names_the_object_that_is_read(part: str, tmp_path: Path) -> None:
    model = load_estimator(saved(NESTED, tmp_path), part=part)

    assert (
        model.predict(SCALER.transform(ROWS)).tolist()
        == MODEL.predict(SCALER.transform(ROWS)).tolist()
    )


@pytest.mark.parametrize("part", ["modle", "fitted.models.2", "fitted.models.-1", "v1", "about.0"])
def test_part_that_there_is_not_is_refused_with_those_that_there_are(
    part: str, tmp_path: Path
) -> None:
    with pytest.raises(Refused) as refusal:
        load_estimator(saved(NESTED, tmp_path), part=part)

    assert f"The file has no part {part!r}" in refusal.value.detail
    assert "'v1.5': LogisticRegression, 7: LogisticRegression" in refusal.value.detail


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ("about", "Part 'about' of the file does not hold a fitted model, but a str"),
        ("fitted", "Part 'fitted' of the file holds a dict ('models': list of 2): upload it "),
        ("fitted.models", "upload it again with part=fitted.models.1"),
    ],
)
def test_part_that_is_no_model_is_refused_as_what_it_is(
    part: str, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(Refused) as refusal:
        load_estimator(saved(NESTED, tmp_path), part=part)

    assert sentence in refusal.value.detail


def test_container_that_holds_itself_is_refused_whichever_part_is_asked_for(tmp_path: Path) -> None:
    content: list[Any] = []
    content.extend([content] * 1_000)

    for part in (None, ".".join(["0"] * 100)):
        with pytest.raises(Refused, match="nests lists"):
            load_estimator(saved(content, tmp_path), part=part)


def test_part_of_a_file_that_holds_one_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="holds a LogisticRegression and no parts to choose from"):
        load_estimator(saved(MODEL, tmp_path), part="model")


def test_part_of_a_boosters_own_file_is_refused(tmp_path: Path) -> None:
    booster = XGBRegressor(n_estimators=1).fit(ROWS, LABELS).get_booster()
    (tmp_path / "source").write_bytes(booster.save_raw("ubj"))

    with pytest.raises(Refused, match="no parts to choose from"):
        convert_source(tmp_path / "source", tmp_path / "model.onnx", JobRequest(part="model"))


def test_only_the_part_is_brought_up_to_date_and_converted(tmp_path: Path) -> None:
    broken = StandardScaler().fit(ROWS)
    del broken.scale_
    source = saved({"model": MODEL, "broken": broken}, tmp_path)

    facts = convert_source(source, tmp_path / "model.onnx", JobRequest(part="model"))

    assert facts["estimator"] == "LogisticRegression"


def test_part_of_a_skops_file_is_read(tmp_path: Path) -> None:
    skops.io.dump({"model": MODEL, "scaler": SCALER}, tmp_path / "source")

    facts = convert_source(tmp_path / "source", tmp_path / "model.onnx", JobRequest(part="model"))

    assert facts["estimator"] == "LogisticRegression"


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
