"""Labels come back as they were trained, from models of one output and of several."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from sklearn.datasets import load_iris
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from converter.estimators.convert import convert_estimator
from inferx.manifest import Signature
from inferx.serving.outputs import PredictionWriter

ROWS, KINDS = load_iris(return_X_y=True)
ALIKE = np.column_stack([KINDS, (KINDS + 1) % 3])
UNALIKE = np.column_stack([KINDS, KINDS > 0]).astype(int)
NAMES = np.array(["setosa", "versicolor", "virginica"])


def answered(model: Any, tmp_path: Path) -> tuple[Signature, dict[str, Any]]:
    """Return the predictions for all rows, as the API writes them."""
    signature = convert_estimator(model, tmp_path / "model.onnx").signature
    session = ort.InferenceSession(str(tmp_path / "model.onnx"))
    rows = ROWS.astype(signature.inputs[0].dtype)
    writer = PredictionWriter(signature)
    results = session.run(writer.names, {"X": rows})
    return signature, writer.write(results, len(rows), single=False)


@pytest.mark.parametrize(
    "model",
    [
        LogisticRegression(),
        RandomForestClassifier(5, random_state=0),
        make_pipeline(StandardScaler(), LinearSVC()),
    ],
    ids=["linear", "forest", "pipeline"],
)
def test_booleans_come_back_as_booleans(model: Any, tmp_path: Path) -> None:
    model.fit(ROWS, KINDS > 0)

    signature, answer = answered(model, tmp_path)

    assert signature.classes == (False, True)
    assert signature.outputs[0].dtype == "bool"
    assert all(label is True or label is False for label in answer["prediction"])
    assert answer["prediction"] == model.predict(ROWS).tolist()


def test_probabilities_of_booleans_are_named_as_json_has_them(tmp_path: Path) -> None:
    _, answer = answered(LogisticRegression().fit(ROWS, KINDS > 0), tmp_path)

    assert set(answer["probabilities"][0]) == {"false", "true"}


def test_integers_come_back_as_integers(tmp_path: Path) -> None:
    _, answer = answered(LogisticRegression(max_iter=500).fit(ROWS, KINDS), tmp_path)

    assert {type(label) for label in answer["prediction"]} == {int}


@pytest.mark.parametrize(
    "model",
    [
        RandomForestClassifier(5, random_state=0),
        ExtraTreesClassifier(5, random_state=0),
        DecisionTreeClassifier(random_state=0),
        MultiOutputClassifier(LogisticRegression(max_iter=500)),
        make_pipeline(StandardScaler(), RandomForestClassifier(5, random_state=0)),
    ],
    ids=["forest", "extra trees", "tree", "one model an output", "pipeline"],
)
@pytest.mark.parametrize(
    "targets",
    [ALIKE, UNALIKE, NAMES[ALIKE], NAMES[UNALIKE], ALIKE > 0],
    ids=["alike", "unalike", "names", "names, unalike", "booleans"],
)
def test_several_outputs_are_answered_side_by_side(
    model: Any, targets: Any, tmp_path: Path
) -> None:
    model.fit(ROWS, targets)

    signature, answer = answered(model, tmp_path)

    assert answer["prediction"] == model.predict(ROWS).tolist()
    assert signature.outputs[0].shape == (None, 2)


def test_probabilities_of_several_outputs_are_named_for_each(tmp_path: Path) -> None:
    model = RandomForestClassifier(5, random_state=0).fit(ROWS, NAMES[ALIKE])

    signature, answer = answered(model, tmp_path)

    assert signature.outputs[1].shape == (None, 2, 3)
    for output, expected in enumerate(model.predict_proba(ROWS)):
        for row, chances in enumerate(expected):
            given = answer["probabilities"][row][output]
            assert given == pytest.approx(dict(zip(NAMES, chances, strict=True)), abs=1e-5)


def test_outputs_with_different_classes_have_no_probabilities(tmp_path: Path) -> None:
    model = RandomForestClassifier(5, random_state=0).fit(ROWS, UNALIKE)

    signature, answer = answered(model, tmp_path)

    assert signature.probabilities is None
    assert "probabilities" not in answer


def test_regression_of_several_targets_says_how_many(tmp_path: Path) -> None:
    model = RandomForestRegressor(5, random_state=0).fit(ROWS, np.column_stack([KINDS, -KINDS]))

    signature, _ = answered(model, tmp_path)

    assert signature.outputs[0].shape == (None, 2)
