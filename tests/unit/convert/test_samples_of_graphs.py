"""The owner's own rows for an uploaded ONNX file: the uploaded graph is the original."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from skl2onnx.common.data_types import StringTensorType
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import OneHotEncoder, StandardScaler, scale

from converter.uploaded_onnx import adopt, samples
from inferx.errors import Refused
from inferx.serving.model import Model
from sandbox.job_request import JobRequest
from tests.support.stock_skl2onnx import to_onnx

ROWS, LABELS = load_iris(return_X_y=True)
WITH_ZIPMAP = to_onnx(
    LogisticRegression().fit(scale(ROWS), LABELS), ROWS[:1].astype(np.float32)
).SerializeToString()


def graph(nodes: list[Any], shape: list[int | str], output: list[int | str]) -> bytes:
    """Return a graph from floats ``x`` to floats ``y``."""
    body = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, output)],
    )
    opsets = [helper.make_opsetid("", 17)]
    content: bytes = helper.make_model(body, opset_imports=opsets, ir_version=8).SerializeToString()
    return content


def pictures(*shape: int | str) -> bytes:
    """Return a graph that gives the mean of a picture."""
    mean = helper.make_node("ReduceMean", ["x"], ["y"], axes=[1, 2], keepdims=0)
    return graph([mean], [*shape], [shape[0]])


def adopted(content: bytes, directory: Path, *rows: Any, part: str | None = None) -> Any:
    (directory / "source").write_bytes(content)
    return adopt(directory / "source", directory / "model.onnx", JobRequest(part, rows))


def test_rows_are_answered_alike_by_a_graph_with_a_zipmap(tmp_path: Path) -> None:
    facts = adopted(WITH_ZIPMAP, tmp_path, *ROWS[:20].tolist())

    assert facts["parity"]["samples"] == {"rows": 20, "agreed": 20}
    assert facts["parity"]["rows"] == 0
    assert facts["example"] == {"input": ROWS[0].tolist()}


def test_row_that_the_graph_does_not_take_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"Sample 2 \(\[1\]\) is no row .* expects 4 features, got 1"):
        adopted(WITH_ZIPMAP, tmp_path, ROWS[0].tolist(), [1])


def test_row_on_which_the_served_graph_differs_is_refused_with_both_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubled = graph([helper.make_node("Add", ["x", "x"], ["y"])], ["n", 2], ["n", 2])
    tripled = tmp_path / "tripled.onnx"
    body = [helper.make_node("Add", ["x", "x"], ["z"]), helper.make_node("Add", ["z", "x"], ["y"])]
    tripled.write_bytes(graph(body, ["n", 2], ["n", 2]))
    opened = samples._opened
    monkeypatch.setattr(samples, "_opened", lambda _: opened(tripled))

    with pytest.raises(Refused) as refused:
        adopted(doubled, tmp_path, [1, 2], [3, 4])

    assert "Sample 1 ([1, 2]): the uploaded graph gives [[3.0, 6.0]]" in refused.value.detail
    assert "the served one [[2.0, 4.0]]" in refused.value.detail


def test_pictures_are_samples_too(tmp_path: Path) -> None:
    facts = adopted(pictures("n", 2, 2), tmp_path, [[1, 2], [3, 4]], [[0, 0], [0, 1]])

    assert facts["parity"]["samples"] == {"rows": 2, "agreed": 2}


def test_graph_that_draws_random_numbers_has_its_rows_answered_only(tmp_path: Path) -> None:
    noise = helper.make_node("RandomNormalLike", ["x"], ["y"])

    facts = adopted(graph([noise], ["n", 2], ["n", 2]), tmp_path, [1, 2])

    assert facts["parity"]["samples"] == {"rows": 1, "agreed": 1}


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (WITH_ZIPMAP, 1),
        (pictures("n", 2, 2), 1),
        (pictures(1, 3, 3), 1),
        (pictures("n", "height", "width"), 1),
    ],
    ids=["features", "pictures", "one picture", "pictures of any size"],
)
def test_example_of_a_graph_is_predicted(content: bytes, rows: int, tmp_path: Path) -> None:
    example = adopted(content, tmp_path)["example"]

    _, found = Model(tmp_path / "model.onnx").predict(example["input"])

    assert found == rows


def test_example_of_trees_is_near_their_thresholds(tmp_path: Path) -> None:
    forest = RandomForestClassifier(10, random_state=0).fit(ROWS, LABELS)
    content = to_onnx(forest, ROWS[:1].astype(np.float32)).SerializeToString()

    row = adopted(content, tmp_path)["example"]["input"]

    assert ROWS.min(axis=0).tolist() < row < ROWS.max(axis=0).tolist()
    assert row[2] > 2


def test_example_of_a_scaler_is_its_centre(tmp_path: Path) -> None:
    scaler = StandardScaler().fit(ROWS)
    content = to_onnx(scaler, ROWS[:1].astype(np.float32)).SerializeToString()

    row = adopted(content, tmp_path)["example"]["input"]

    assert row == [float(f"{mean:.3g}") for mean in scaler.mean_]


def test_example_of_categories_is_a_known_one(tmp_path: Path) -> None:
    encoder = OneHotEncoder(handle_unknown="ignore").fit([["Oslo"], ["Rom"]])
    content = to_onnx(encoder, initial_types=[("X", StringTensorType([None, 1]))])

    example = adopted(content.SerializeToString(), tmp_path)["example"]

    assert example == {"input": ["Oslo"]}


def test_graph_whose_example_cannot_be_drawn_is_served_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise IndexError("a column that there is not")

    monkeypatch.setattr(samples, "values_for", fail)

    assert adopted(WITH_ZIPMAP, tmp_path)["example"] is None


def test_example_of_large_pictures_is_left_out(tmp_path: Path) -> None:
    assert adopted(pictures("n", 500, 500), tmp_path)["example"] is None


def test_graph_has_no_parts(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="upload it again without part"):
        adopted(WITH_ZIPMAP, tmp_path, part="model")


def test_graph_that_opens_only_after_its_conversion_has_its_rows_answered(tmp_path: Path) -> None:
    old = onnx.load_from_string(graph([helper.make_node("Relu", ["x"], ["y"])], ["n", 2], ["n", 2]))
    old.opset_import[0].version = 5
    old.ir_version = 3

    facts = adopted(old.SerializeToString(), tmp_path, [1, -2])

    assert facts["parity"]["samples"] == {"rows": 1, "agreed": 1}
