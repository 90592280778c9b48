"""Graphs exported for one row, and inputs whose first axis only looks like one."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper

from inferx.errors import BadInput
from inferx.serving.limits import HTTP
from inferx.serving.model import Model
from inferx.serving.oip.tensors import fit
from tools.onnx_models import feature, graph, signature, tensor

ROW = (1, 2)


def opened(folder: Path, nodes: list[Any], **about: Any) -> Model:
    file = folder / "model.onnx"
    file.write_bytes(graph(nodes, signature(**about)))
    return Model(file)


def adding(folder: Path, first: tuple[Any, ...], second: tuple[Any, ...], **about: Any) -> Model:
    usual = {
        "inputs": [tensor("a", shape=first), tensor("b", shape=second)],
        "outputs": [tensor("sum", shape=first)],
        "features": None,
        "prediction": "sum",
    }
    return opened(folder, [helper.make_node("Add", ["a", "b"], ["sum"])], **usual | about)


def test_rows_of_a_graph_for_one_row_run_one_by_one(tmp_path: Path) -> None:
    model = adding(tmp_path, ROW, ROW)

    predicted, rows = model.predict({"a": [[1, 2], [3, 4]], "b": [[10, 20], [30, 40]]})

    assert (predicted["prediction"], rows) == ([[11.0, 22.0], [33.0, 44.0]], 2)


def test_rows_run_one_by_one_where_only_the_run_shows_the_outputs_rows(tmp_path: Path) -> None:
    model = adding(tmp_path, ROW, ROW, outputs=[tensor("sum", shape=(None, 2))])

    predicted, _ = model.predict({"a": [[1, 2], [3, 4]], "b": [[0, 0], [0, 0]]})

    assert predicted["prediction"] == [[1.0, 2.0], [3.0, 4.0]]


def test_input_with_a_leading_1_beside_the_rows_is_not_cut(tmp_path: Path) -> None:
    model = adding(tmp_path, (None, 2), ROW)

    predicted, _ = model.predict({"a": [[1, 2], [3, 4]], "b": [[10, 20]]})

    assert predicted["prediction"] == [[11.0, 22.0], [13.0, 24.0]]


@pytest.mark.parametrize("name", ["a", "b"])
def test_several_rows_for_one_of_two_inputs_are_refused(name: str, tmp_path: Path) -> None:
    model = adding(tmp_path, ROW, ROW)
    given = {"a": [[1, 2]], "b": [[1, 2]], name: [[1, 2], [3, 4]]}

    with pytest.raises(BadInput, match="as many rows as each other"):
        model.predict(given)


def test_several_rows_for_an_input_that_is_no_batch_are_refused(tmp_path: Path) -> None:
    model = adding(tmp_path, (None, 2), ROW)
    given = {"a": [[1, 2], [3, 4]], "b": [[1, 2], [3, 4]]}

    with pytest.raises(BadInput, match=r"Input b must have the shape \[1, 2\], got \[2, 2\]"):
        model.predict(given)


def test_several_rows_for_an_input_that_is_no_batch_are_refused_by_the_protocol(
    tmp_path: Path,
) -> None:
    model = adding(tmp_path, (None, 2), ROW)
    rows = np.ones((2, 2), np.float32)

    with pytest.raises(BadInput, match=r"Input b has the shape \[2, 2\], the model takes \[1, 2\]"):
        fit({"a": rows, "b": rows}, model.signature, HTTP)


@pytest.mark.parametrize(
    "shape", [pytest.param((), id="known"), pytest.param((None,), id="only a run shows it")]
)
def test_several_rows_for_a_graph_whose_output_is_not_one_a_row_are_refused(
    shape: tuple[Any, ...], tmp_path: Path
) -> None:
    nodes = [
        helper.make_node("Shape", ["X"], ["sizes"]),
        helper.make_node("ReduceSum", ["X"], ["variable"], keepdims=0)
        if shape == ()
        else helper.make_node("Identity", ["sizes"], ["variable"]),
    ]
    dtype = "float32" if shape == () else "int64"
    model = opened(
        tmp_path,
        nodes,
        inputs=[tensor("X", shape=ROW)],
        outputs=[tensor("variable", dtype, shape)],
        features=[feature(None, column=column) for column in range(2)],
    )

    with pytest.raises(BadInput, match="The model takes one row a request"):
        model.predict([[1, 2], [3, 4]])
