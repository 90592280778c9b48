"""Refusals are sentences for the model's owner; what a library raised is for the log."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.manifold import Isomap
from sklearn.multioutput import ClassifierChain
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

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


def test_way_round_is_named(tmp_path: Path) -> None:
    several = np.array(["a", "b", "c"])[np.column_stack([KINDS, KINDS])]

    sentence = refusal(KNeighborsClassifier().fit(ROWS, several), tmp_path)

    assert "KNeighborsClassifier" in sentence
    assert "MultiOutputClassifier" in sentence


INSIDE = make_pipeline(StandardScaler(), Isomap(n_neighbors=60))
NESTED = ColumnTransformer([("prep", Pipeline([("map", INSIDE)]), [0, 1, 2])])


WEIGHED = KNeighborsClassifier(weights=np.exp)
ARCTAN = FunctionTransformer(np.arctan)


@pytest.mark.parametrize(
    ("model", "named"),
    [
        pytest.param(
            make_pipeline(NESTED, LogisticRegression()),
            ["(columntransformer → prep → map_isomap: Isomap)", "replace that step"],
            id="a step of a step",
        ),
        pytest.param(
            VotingClassifier(
                [("near", make_pipeline(Isomap(n_neighbors=60), LogisticRegression()))]
            ),
            ["(near → isomap: Isomap)"],
            id="a member of a vote",
        ),
        pytest.param(
            make_pipeline(StandardScaler(), KNeighborsClassifier(metric="correlation")),
            [
                "Step kneighborsclassifier: KNeighborsClassifier(metric='correlation')",
                "use metric='minkowski'",
            ],
            id="a parameter",
        ),
        pytest.param(
            KNeighborsClassifier(metric="correlation"),
            ["KNeighborsClassifier(metric='correlation')", "use metric='minkowski'"],
            id="a parameter of a model alone",
        ),
        pytest.param(
            StackingClassifier([("a", KNeighborsClassifier())], WEIGHED),
            ["(final_estimator: KNeighborsClassifier(weights=", "use weights='uniform'"],
            id="the last of a stack",
        ),
        pytest.param(
            VotingClassifier([("near", make_pipeline(ARCTAN, LogisticRegression()))]),
            ["Step near → functiontransformer: The function arctan", "use one of numpy's"],
            id="a step that our converter refuses",
        ),
        pytest.param(
            StackingClassifier([("a", SVC())], DecisionTreeClassifier(), cv=2),
            ["float32 only", "trees"],
            id="float32 before thresholds",
        ),
    ],
)
def test_the_innermost_step_and_its_parameter_are_named(
    model: Any, named: list[str], tmp_path: Path
) -> None:
    sentence = refusal(model.fit(ROWS, KINDS), tmp_path)

    assert [part for part in named if part not in sentence] == []


def test_the_first_of_a_chain_is_named(tmp_path: Path) -> None:
    chain = ClassifierChain(make_pipeline(Isomap(n_neighbors=60), LogisticRegression()))
    model = chain.fit(ROWS, np.column_stack([KINDS > 0, KINDS > 1]).astype(int))

    assert "(Pipeline → isomap: Isomap)" in refusal(model, tmp_path)


def test_steps_that_convert_alone_but_not_together_are_said_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise ValueError("Unable to find a shape calculator at 0x7f")

    monkeypatch.setattr(convert, "export", failing)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(ROWS, KINDS)

    sentence = refusal(model, tmp_path)

    assert "each of its steps has one by itself" in sentence


def test_the_way_round_that_is_named_converts(tmp_path: Path) -> None:
    convert.convert_estimator(
        make_pipeline(StandardScaler(), KNeighborsClassifier(metric="minkowski")).fit(ROWS, KINDS),
        tmp_path / "model.onnx",
    )
    convert.convert_estimator(
        make_pipeline(SimpleImputer(), DecisionTreeClassifier()).fit(ROWS, KINDS),
        tmp_path / "model.onnx",
    )


def test_neighbours_among_rows_that_repeat_are_refused_with_the_reason(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    rows = draw.integers(0, 30, (1_000, 2)).astype(float)
    model = KNeighborsClassifier(2).fit(rows, draw.integers(0, 2, 1_000))

    assert "fit it without rows that repeat" in refusal(model, tmp_path)
