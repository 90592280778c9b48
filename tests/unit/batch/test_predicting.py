"""Rows of a batch are predicted as POST /predict predicts them, and refused in its words."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import helper

from inferx.batch.csv_rows import CsvTable
from inferx.batch.json_rows import JsonTable
from inferx.batch.parquet_rows import ParquetTable
from inferx.batch.predicting import Predicted, Predictor
from inferx.batch.records import csv_records, lines
from inferx.batch.slices import slices
from inferx.errors import BadInput
from inferx.serving.model import Model
from tools import onnx_models
from tools.onnx_models import IRIS, feature, graph, signature, tensor

CELLS = st.one_of(
    st.none(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.sampled_from([0.1, 5, -0.0, 1e300, 1e-320, True, False]),
    st.sampled_from(["", "x", "5", " 5", "nan", "1_0", "0x1A", "٣", "true", 'a"b,\n']),
)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def iris(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Return an open model with named features."""
    path = tmp_path_factory.mktemp("models") / "iris.onnx"
    path.write_bytes(onnx_models.iris()[2])
    return Model(path)


def answers(model: Model, rows: list[Any]) -> list[Any]:
    """Return what single requests for the rows are answered: a prediction, or a sentence."""
    found: list[Any] = []
    for row in rows:
        try:
            found.append(model.predict(row)[0]["prediction"])
        except BadInput as error:
            found.append(error.detail)
    return found


def outcomes(predicted: Predicted) -> list[Any]:
    """Return each row's prediction, or its sentence."""
    return [predicted.errors.get(at, each) for at, each in enumerate(predicted.predictions)]


def csv_cell(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    return '"' + cell.replace('"', '""') + '"' if isinstance(cell, str) else repr(cell)


def predicted_csv(model: Model, content: bytes, header: bytes) -> list[Any]:
    table = CsvTable(header, model.signature, None)
    predictor = Predictor(model)
    found: list[Any] = []
    for part in slices([content], csv_records):
        found += outcomes(predictor.predict(table.rows(part)))
    return found


def as_csv_means(cell: Any) -> Any:
    """Return what JSON has for a field of CSV: a text that is a number is one."""
    text = csv_cell(cell).strip('"')
    if cell is None or isinstance(cell, bool) or not isinstance(cell, str):
        return str(cell).lower() if isinstance(cell, bool) else cell
    return {"5": 5, " 5": 5, "nan": float("nan")}.get(cell, text)


@given(ROWS)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_of_csv_are_answered_as_single_requests_are(iris: Model, rows: list[Any]) -> None:
    content = "".join(",".join(map(csv_cell, row)) + "\n" for row in rows).encode()

    found = predicted_csv(iris, content, (",".join(IRIS) + "\n").encode())

    assert found == answers(iris, [[as_csv_means(cell) for cell in row] for row in rows])


@given(ROWS)
@settings(deadline=None)
def test_rows_of_json_lines_are_answered_as_single_requests_are(
    iris: Model, rows: list[Any]
) -> None:
    objects = [dict(zip(IRIS, row, strict=True)) for row in rows]
    content = "".join(json.dumps(row) + "\n" for row in objects).encode()
    table = JsonTable(iris.signature, None)

    found = [
        outcome
        for part in slices([content], lines)
        for outcome in outcomes(Predictor(iris).predict(table.rows(part)))
    ]

    assert found == answers(iris, objects)


@given(st.lists(st.tuples(*[st.one_of(st.none(), st.floats(width=64))] * 4), min_size=1))
@settings(deadline=None)
def test_rows_of_parquet_are_answered_as_single_requests_are(iris: Model, rows: list[Any]) -> None:
    columns = zip(*rows, strict=True)
    table = pa.table([pa.array(each, pa.float64()) for each in columns], names=IRIS)
    layout = ParquetTable(table.schema, iris.signature, None)

    found = outcomes(Predictor(iris).predict(layout.rows(table.select(layout.columns))))

    assert found == answers(iris, [list(row) for row in rows])


@pytest.mark.parametrize(
    ("column", "outcome"),
    [
        (pa.array([5]), "setosa"),
        (pa.array([5.0]).cast(pa.float32()), "setosa"),
        (pa.array(["5.0"]).cast(pa.decimal128(5, 1)), "setosa"),
        (pa.array([5.0]).dictionary_encode(), "setosa"),
        (pa.array([True]), "setosa"),
        (pa.nulls(1), "Feature sepal length is null, and the model takes no missing values there"),
    ],
)
def test_types_of_parquet_that_are_numbers_fit(column: Any, outcome: str, iris: Model) -> None:
    table = pa.table([column, [3.5], [1.4], [0.2]], names=IRIS)
    layout = ParquetTable(table.schema, iris.signature, None)

    found = outcomes(Predictor(iris).predict(layout.rows(table)))

    assert found == [outcome]


@pytest.mark.parametrize(
    "column", [pa.array(["5"]), pa.array([0]).cast(pa.timestamp("s")), pa.array([[1.0]])]
)
def test_a_type_of_parquet_that_never_fits_is_refused_at_once(column: Any, iris: Model) -> None:
    table = pa.table({IRIS[0]: column, **{name: [1.0] for name in IRIS[1:]}})

    with pytest.raises(BadInput, match="Feature sepal length must be a number, and the file's"):
        ParquetTable(table.schema, iris.signature, None)


def texts(folder: Path, nullable: bool) -> Model:
    """Return a model whose prediction is the text that it is given."""
    about = signature(
        inputs=[tensor("X", "string", (None, 1))],
        outputs=[tensor("variable", "string", (None, 1))],
        features=[feature("word", kind="string", nullable=nullable)],
        named_features=True,
    )
    path = folder / "echo.onnx"
    path.write_bytes(graph([helper.make_node("Identity", ["X"], ["variable"])], about))
    return Model(path)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Return an open model of a text that may not be missing."""
    return texts(tmp_path_factory.mktemp("models"), nullable=False)


@pytest.mark.parametrize(("nullable", "meant"), [(True, "\ufdd0"), (False, "")])
def test_an_empty_field_is_null_where_the_model_takes_one(
    nullable: bool, meant: str, tmp_path: Path
) -> None:
    model = texts(tmp_path, nullable)

    found = predicted_csv(model, b'1,\n2,""\n3,a\n4,\xff\n', b"id,word\n")

    assert found == [meant, "", "a", "The row is not valid UTF-8."]


FIELDS = st.sampled_from(
    [
        "",
        "a",
        " x ",
        '""',
        '"a,b"',
        '"two\nlines"',
        '"s""t"',
        '5" pipe',
        '"x"y',
        '"x"y"z',
        "\r",
        "é",
    ]
)


@given(st.lists(st.tuples(FIELDS, FIELDS), min_size=1, max_size=4), st.sampled_from(["\n", "\r\n"]))
@settings(deadline=None)
def test_columns_hold_what_the_fields_mean_one_by_one(
    words: Model, rows: list[tuple[str, str]], ending: str
) -> None:
    content = "".join(",".join(row) + ending for row in rows).encode()
    table = CsvTable(b"word,id\n", words.signature, None)

    for part in slices([content], csv_records):
        found = table.rows(part)
        tensors = found.tensors()
        if tensors is not None:
            given_one_by_one = [found.input(row) for row in range(len(found))]
            assert tensors["X"].tolist() == given_one_by_one


def test_a_model_of_tensors_takes_an_object_of_them_a_line(tmp_path: Path) -> None:
    about = signature(features=None, inputs=[tensor("X", shape=(None, 2))])
    path = tmp_path / "summing.onnx"
    path.write_bytes(onnx_models.summing(about))
    model = Model(path)
    table = JsonTable(model.signature, None)
    (part,) = slices([b'{"X": [1, 2]}\n{"X": [1]}\n'], lines)

    found = outcomes(Predictor(model).predict(table.rows(part)))

    assert found[0] == 3.0
    assert found[1].startswith("One row of input X must have the shape")


def test_an_input_column_of_a_results_name_is_replaced(iris: Model) -> None:
    header = (",".join(["prediction", *IRIS, "error"]) + "\n").encode()

    table = CsvTable(header, iris.signature, None)

    names = table.header.decode().strip().split(",")
    assert names == [
        *IRIS, "prediction", "probability_setosa", "probability_versicolor",
        "probability_virginica", "error",
    ]  # fmt: skip


def test_numbers_of_a_result_read_back_as_the_same(iris: Model) -> None:
    rows = np.random.default_rng(0).uniform(0, 8, (50, 4)).tolist()
    content = "".join(",".join(map(repr, row)) + "\n" for row in rows).encode()
    table = CsvTable((",".join(IRIS) + "\n").encode(), iris.signature, None)
    (part,) = slices([content], csv_records)
    found = table.rows(part)

    written = table.written(found, Predictor(iris).predict(found)).decode()

    wanted = iris.predict(rows)[0]["probabilities"]
    read = np.loadtxt(io.StringIO(written), delimiter=",", usecols=(5, 6, 7))
    assert read.tolist() == [list(each.values()) for each in wanted]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("inf", float("inf")), ("1e999", float("inf")), ("", None), ("x", "a string")],
)
def test_numbers_that_are_not_finite_are_taken_where_the_model_takes_them(
    text: str, outcome: Any, tmp_path: Path
) -> None:
    about = signature(
        inputs=[tensor("X", "float64", (None, 1))],
        outputs=[tensor("variable", "float64", (None, 1))],
        features=[feature("x", nullable=True, infinite=True)],
        named_features=True,
    )
    path = tmp_path / "echo.onnx"
    path.write_bytes(graph([helper.make_node("Identity", ["X"], ["variable"])], about))
    model = Model(path)

    (found,) = predicted_csv(model, f"1,{text}\n".encode(), b"id,x\n")

    if isinstance(outcome, str):
        assert found.endswith(outcome)
    else:
        assert found == outcome or (outcome is None and np.isnan(found))
