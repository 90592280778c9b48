"""Each kind of rows finds an error that was planted in the graph, and finds none without it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    Normalizer,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from converter.estimators.convert import convert_estimator
from converter.estimators.hunting import hunted
from converter.estimators.judging import judge
from converter.estimators.original import Original, ask
from converter.estimators.predictions import Predictions
from converter.estimators.probes.bits import are_same
from converter.estimators.probes.differential import of_differences
from converter.estimators.probes.effort import FULL
from converter.estimators.probes.missing import of_missing
from converter.estimators.probes.thresholds import beside, neighbours_of
from converter.estimators.running import Running
from converter.estimators.unwrap import unwrapped

DRAW = np.random.default_rng(0)
ROWS = DRAW.normal(size=(400, 3)) * [1.0, 30.0, 1e6] + [0.0, 50.0, 1.6e9]
LABELS = (ROWS[:, 0] + ROWS[:, 1] / 30 > 1.5).astype(int) + (ROWS[:, 2] > 1.601e9)
COLOURS = np.array([f"colour {number}" for number in range(40)], dtype=object)
MIXED = np.column_stack([COLOURS[DRAW.integers(0, 40, 400)], ROWS[:, :2].astype(object)])

type Change = Callable[[onnx.ModelProto], None]


def served(model: Any, directory: Path, change: Change | None = None) -> tuple[Original, Running]:
    path = directory / "model.onnx"
    dtype = convert_estimator(model, path).parity.dtype
    if change is not None:
        proto = onnx.load(path)
        change(proto)
        onnx.save(proto, path)
    original = ask(unwrapped(model), FULL)
    return original, Running(path, original.layout, dtype, original.task, original.budget.batch)


def agrees(original: Original, running: Running, kind: str) -> bool:
    probes = {kind: original.probes[kind]}
    return judge(probes, running, original.typical.predictions).passed


def hunt_agrees(original: Original, running: Running, kind: str) -> bool:
    found = hunted(original, running, lambda: None).found
    return judge({kind: found[kind]}, running, original.typical.predictions).passed


def numbers(model: onnx.ModelProto, name: str) -> Any:
    """Return the attribute of a tree node whose name begins so."""
    return next(
        attribute
        for node in model.graph.node
        for attribute in node.attribute
        if node.op_type.startswith("TreeEnsemble") and attribute.name.startswith(name)
    )


def one_threshold_moved(model: onnx.ModelProto) -> None:
    """Move one threshold to the next number of float32."""
    for node in model.graph.node:
        for attribute in node.attribute:
            if node.op_type == "TreeEnsemble" and attribute.name == "nodes_splits":
                values = numpy_helper.to_array(attribute.t).copy()
                at = np.flatnonzero(values)[-1]
                values[at] = np.nextafter(values[at].astype("f4"), np.float32(np.inf))
                attribute.t.CopyFrom(numpy_helper.from_array(values))
                return
            if attribute.name == "nodes_values_as_tensor":
                values = numpy_helper.to_array(attribute.t).copy()
                at = np.flatnonzero(values)[-1]
                values[at] = np.nextafter(values[at].astype("f4"), np.float32(np.inf))
                attribute.t.CopyFrom(numpy_helper.from_array(values))
                return
            if attribute.name == "nodes_values":
                at = np.flatnonzero(attribute.floats)[-1]
                moved = np.nextafter(np.float32(attribute.floats[at]), np.float32(np.inf))
                attribute.floats[at] = float(moved)
                return
    raise AssertionError("no tree")


TREES = [
    pytest.param(DecisionTreeClassifier(random_state=0), id="alone"),
    pytest.param(
        make_pipeline(StandardScaler(), DecisionTreeRegressor(random_state=0, max_depth=6)),
        id="scaled",
    ),
    pytest.param(
        make_pipeline(
            SimpleImputer(), RobustScaler(), RandomForestClassifier(5, random_state=0, max_depth=5)
        ),
        id="imputed and scaled forest",
    ),
    pytest.param(
        make_pipeline(
            make_column_transformer(
                (make_pipeline(SimpleImputer(), StandardScaler()), [2, 0]), ("passthrough", [1])
            ),
            DecisionTreeClassifier(random_state=0),
        ),
        id="inside a ColumnTransformer",
    ),
    pytest.param(
        VotingClassifier(
            [
                ("a", make_pipeline(StandardScaler(), DecisionTreeClassifier(random_state=0))),
                ("b", LogisticRegression()),
            ],
            voting="soft",
        ),
        id="nested in a vote",
    ),
]


@pytest.mark.parametrize("model", TREES)
def test_threshold_moved_by_one_number_is_found(model: Any, tmp_path: Path) -> None:
    model.fit(ROWS, LABELS)

    assert agrees(*served(model, tmp_path), "thresholds")
    assert not agrees(*served(model, tmp_path, one_threshold_moved), "thresholds")


@pytest.mark.parametrize("model", TREES)
def test_bisection_finds_a_threshold_moved_by_one_number(model: Any, tmp_path: Path) -> None:
    original, running = served(model.fit(ROWS, LABELS), tmp_path)
    assert hunt_agrees(replace(original, nodes=[]), running, "boundaries")

    original, running = served(model, tmp_path, one_threshold_moved)
    assert not hunt_agrees(original, running, "boundaries")


def swapped(model: onnx.ModelProto) -> None:
    """Swap the last two strings of the encoder."""
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.name in ("cats_strings", "keys_strings"):
                strings = list(attribute.strings)
                strings[-2:] = strings[:-3:-1]
                attribute.strings[:] = strings
                return
    raise AssertionError("no encoder")


@pytest.mark.parametrize("encoder", [OneHotEncoder(handle_unknown="ignore"), OrdinalEncoder()])
def test_swapped_categories_are_found(encoder: Any, tmp_path: Path) -> None:
    model = make_pipeline(
        make_column_transformer((encoder, [0]), (StandardScaler(), [1, 2])), LinearRegression()
    ).fit(MIXED, ROWS[:, 0] + [float(str(row[0]).split()[1]) for row in MIXED])

    original, running = served(model, tmp_path)
    shown = set(original.probes["categories"].rows[0].tolist())

    assert set(COLOURS) <= shown
    assert agrees(original, running, "categories")
    assert not agrees(*served(model, tmp_path, swapped), "categories")


def test_strange_strings_are_asked_of_encoders_that_take_them(tmp_path: Path) -> None:
    model = make_pipeline(
        make_column_transformer((OneHotEncoder(handle_unknown="ignore"), [0]), remainder="drop"),
        LogisticRegression(),
    ).fit(MIXED, LABELS)

    original, _ = served(model, tmp_path)

    shown = set(original.probes["categories"].rows[0].tolist())
    assert {"", "COLOUR 1", " colour 1", "colour 1 ", "nan"} <= shown


def test_missing_value_that_goes_the_other_way_is_found(tmp_path: Path) -> None:
    rows = ROWS.copy()
    rows[DRAW.random(rows.shape) < 0.2] = np.nan
    model = DecisionTreeClassifier(random_state=0, max_depth=5).fit(rows, LABELS)

    def turned(proto: onnx.ModelProto) -> None:
        flags = numbers(proto, "nodes_missing_value_tracks_true")
        flags.ints[0] = 1 - flags.ints[0]

    for change, alike in ((None, True), (turned, False)):
        original, running = served(model, tmp_path, change)
        gaps = of_missing(original.layout, original.typical.rows, 300, np.random.default_rng(0))
        answered = original.asking.ask(gaps)
        typical = original.typical.predictions
        assert judge({"missing": answered}, running, typical).passed is alike


def test_each_nullable_column_is_missing_alone_and_all_are_together(tmp_path: Path) -> None:
    original, _ = served(DecisionTreeClassifier().fit(ROWS, LABELS), tmp_path)

    rows = of_missing(original.layout, original.typical.rows, 300, np.random.default_rng(0))

    patterns = {tuple(row) for row in np.isnan(np.column_stack(rows)).tolist()}
    alone = {tuple(place == column for place in range(3)) for column in range(3)}
    assert patterns >= {*alone, (True, True, True), (False, False, False)}


def test_number_cut_off_far_from_the_usual_ones_is_found(tmp_path: Path) -> None:
    model = make_pipeline(StandardScaler(), LinearRegression())
    model.fit(ROWS[:, :2], ROWS[:, 0] + ROWS[:, 1])

    def cut_off(proto: onnx.ModelProto) -> None:
        given = proto.graph.input[0]
        kind = onnx.helper.tensor_dtype_to_np_dtype(given.type.tensor_type.elem_type)
        limit = numpy_helper.from_array(np.array(1_000.0, dtype=kind), "limit")
        proto.graph.initializer.append(limit)
        for node in proto.graph.node:
            for place, name in enumerate(node.input):
                node.input[place] = "cut" if name == given.name else name
        proto.graph.node.insert(0, onnx.helper.make_node("Min", [given.name, "limit"], ["cut"]))

    assert agrees(*served(model, tmp_path), "magnitudes")
    original, running = served(model, tmp_path, cut_off)
    assert agrees(original, running, "typical")
    assert not agrees(original, running, "magnitudes")


def test_forgotten_stop_words_are_found(tmp_path: Path) -> None:
    texts = ["the cat sat", "a dog and the fox", "fox sat on a mat", "cat and dog"] * 5
    model = make_pipeline(
        CountVectorizer(stop_words=["the", "a", "and", "on"], ngram_range=(1, 2)),
        LogisticRegression(),
    ).fit(texts, [0, 1, 1, 0] * 5)
    original, running = served(model, tmp_path)
    readers = {
        place: replace(text, stop_words=()) for place, text in original.layout.readers.items()
    }
    forgetful = original.layout.reading(readers)

    assert agrees(original, running, "texts")
    wrong = Running(tmp_path / "model.onnx", forgetful, running.dtype, original.task, 256)
    assert not agrees(original, wrong, "texts")


def test_moved_label_boundary_is_found(tmp_path: Path) -> None:
    model = LinearSVC().fit(ROWS[:, :2] / 30, ROWS[:, 0] > 0.3)
    original, running = served(model, tmp_path)
    assert hunt_agrees(original, running, "boundaries")

    model.intercept_ = model.intercept_ + 0.02 * np.abs(model.coef_).max()
    moved = ask(unwrapped(model), FULL)

    assert not hunt_agrees(moved, running, "boundaries")


def test_rows_on_which_two_graphs_differ_are_found_among_many() -> None:
    rows = [np.linspace(-1, 1, 20_000)]

    def line(given: Any) -> Predictions:
        return Predictions(values=given[0].reshape(-1, 1))

    def with_a_dent(given: Any) -> Predictions:
        dent = np.where(np.abs(given[0] - 0.5) < 2e-4, 0.1, 0.0)
        return Predictions(values=(given[0] + dent).reshape(-1, 1))

    found = of_differences(line, with_a_dent, rows, 100)

    assert found is not None
    assert 1 <= len(found[0]) <= 4
    assert of_differences(line, line, rows, 100) is None


def test_rows_are_kept_off_thresholds_behind_steps_that_round_otherwise(tmp_path: Path) -> None:
    model = make_pipeline(Normalizer(), DecisionTreeClassifier(random_state=0))
    exact = make_pipeline(StandardScaler(), DecisionTreeClassifier(random_state=0))
    assert not are_same(model)
    assert are_same(exact)

    original, running = served(model.fit(ROWS / [1.0, 30.0, 1e9], LABELS), tmp_path)

    assert hunt_agrees(original, running, "boundaries")
    assert all(abs(near - 2.5) > 1e-6 for near in beside(2.5))
    assert 2.5 in neighbours_of(2.5)
