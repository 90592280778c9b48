"""Smaller forms of tree ensembles answer every row as the classic operators do, to the last bit."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
)

from converter.estimators import convert
from converter.tree_ensembles import better_forms
from exported import graph

DIGITS = load_digits(return_X_y=True)
CANCER = load_breast_cancer(return_X_y=True)
DIABETES = load_diabetes(return_X_y=True)
TARGETS = (DIABETES[0], np.column_stack([DIABETES[1], -DIABETES[1]]))
NAMES = (CANCER[0], np.where(CANCER[1], "benign", "malignant"))

_KEPT = [
    pytest.param(
        RandomForestClassifier(10, max_depth=6, random_state=0), DIGITS, id="mixed leaves"
    ),
    pytest.param(
        GradientBoostingClassifier(n_estimators=3, min_samples_leaf=400), CANCER, id="bare leaves"
    ),
]
"""Those whose classic form is the smallest."""

_CASES = [
    pytest.param(RandomForestClassifier(10, random_state=0), DIGITS, id="pure leaves"),
    pytest.param(ExtraTreesClassifier(5, random_state=0), DIGITS, id="extra trees"),
    pytest.param(GradientBoostingClassifier(n_estimators=3), DIGITS, id="boosting, ten classes"),
    pytest.param(HistGradientBoostingClassifier(max_iter=3), DIGITS, id="histograms, ten classes"),
    pytest.param(RandomForestClassifier(10, random_state=0), NAMES, id="two names"),
    pytest.param(GradientBoostingClassifier(n_estimators=9), CANCER, id="boosting, two classes"),
    pytest.param(HistGradientBoostingClassifier(max_iter=9), NAMES, id="histograms, two names"),
    pytest.param(RandomForestRegressor(5, random_state=0), DIABETES, id="regression"),
    pytest.param(ExtraTreesRegressor(5, random_state=0), TARGETS, id="two targets"),
    pytest.param(GradientBoostingRegressor(n_estimators=9), DIABETES, id="boosted regression"),
    *_KEPT,
]


def classic_of(
    model: Any, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[onnx.ModelProto, Path]:
    """Convert ``model``; return its classic form, and where the served one is."""
    seen: list[onnx.ModelProto] = []

    def watched(classic: onnx.ModelProto) -> Iterator[onnx.ModelProto]:
        seen.append(classic)
        return better_forms(classic)

    monkeypatch.setattr(convert, "better_forms", watched)
    monkeypatch.setattr(convert, "without_rounding", lambda _: None)
    convert.convert_estimator(model, directory / "model.onnx")
    return seen[0], directory / "model.onnx"


def answers(path: Path, rows: Any) -> list[Any]:
    session = graph.open_session(path)
    double = session.get_inputs()[0].type == "tensor(double)"
    given: list[Any] = session.run(None, {"X": rows.astype("float64" if double else "float32")})
    return given


@pytest.mark.parametrize(("model", "data"), _CASES)
def test_every_bit_is_the_same(
    model: Any, data: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    classic, served = classic_of(model.fit(*data), tmp_path, monkeypatch)
    onnx.save(classic, tmp_path / "classic.onnx")

    expected, given = answers(tmp_path / "classic.onnx", data[0]), answers(served, data[0])

    for left, right in zip(expected, given, strict=True):
        np.testing.assert_array_equal(left, right)


@pytest.mark.parametrize(("model", "data"), _CASES[: -len(_KEPT)])
def test_file_is_smaller(
    model: Any, data: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    classic, served = classic_of(model.fit(*data), tmp_path, monkeypatch)

    assert served.stat().st_size < 0.9 * classic.ByteSize()


def test_forest_of_pure_leaves_is_less_than_half_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = RandomForestClassifier(10, random_state=0).fit(*DIGITS)

    classic, served = classic_of(model, tmp_path, monkeypatch)

    assert served.stat().st_size < classic.ByteSize() / 2


def test_form_that_answers_otherwise_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(classic: onnx.ModelProto) -> list[onnx.ModelProto]:
        forms = list(better_forms(classic))
        for node in forms[0].graph.node:
            for attribute in node.attribute:
                if attribute.name == "nodes_splits":
                    attribute.t.raw_data = bytes(len(attribute.t.raw_data))
        return forms[:1]

    monkeypatch.setattr(convert, "better_forms", wrong)
    model = RandomForestClassifier(10, random_state=0).fit(*DIGITS)

    convert.convert_estimator(model, tmp_path / "model.onnx")

    kinds = {node.op_type for node in onnx.load(tmp_path / "model.onnx").graph.node}
    assert "TreeEnsembleRegressor" in kinds
    assert (answers(tmp_path / "model.onnx", DIGITS[0])[0] == DIGITS[1]).mean() > 0.99
