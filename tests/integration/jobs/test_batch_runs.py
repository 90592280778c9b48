"""Batch jobs, in process: a file in, the same rows with their predictions out."""

import csv
import gzip
import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from inferx.batch import planning, slices
from tests.support.batches import Batches
from tests.support.jobs import ROW
from tools.onnx_models import IRIS

ROWS = 100
HEADER = ",".join(["id", *IRIS, "note"])


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut small files into several parts, and those into several slices."""
    monkeypatch.setattr(planning, "PART_BYTES", 1_000)
    monkeypatch.setattr(slices, "SLICE_ROWS", 7)
    monkeypatch.setattr(planning, "SLICE_ROWS", 7)


def values(number: int) -> list[float]:
    return [round(each + number % 50 / 10, 1) for each in ROW]


def csv_file(rows: int = ROWS) -> bytes:
    lines = [HEADER]
    for number in range(rows):
        fields = ",".join(map(str, values(number)))
        lines.append(f'{number},{fields},"line {number}\nand, another"')
    return ("\n".join(lines) + "\n").encode()


def json_file(rows: int = ROWS) -> bytes:
    made = [{"id": at} | dict(zip(IRIS, values(at), strict=True)) for at in range(rows)]
    return "".join(json.dumps(row) + "\n" for row in made).encode()


def parquet_file(rows: int = ROWS) -> bytes:
    columns = {name: [values(at)[place] for at in range(rows)] for place, name in enumerate(IRIS)}
    sink = io.BytesIO()
    pq.write_table(pa.table({"id": list(range(rows)), **columns}), sink, row_group_size=30)
    return sink.getvalue()


def expected(batches: Batches, address: str, rows: int = ROWS) -> list[Any]:
    response = batches.jobs.client.post(
        f"/api/v1/predict/{address}",
        json={"input": [values(at) for at in range(rows)]},
        headers=batches.jobs.headers,
    )
    predictions: list[Any] = response.json()["prediction"]
    return predictions


def test_a_csv_file_is_predicted_in_its_order(batches: Batches, iris: str) -> None:
    job_id = batches.submit(iris, csv_file())

    job = batches.run(job_id)

    assert (job["status"], job["error"]) == ("succeeded", None)
    rows = list(csv.DictReader(io.StringIO(batches.result(job).decode(), newline="")))
    assert [int(row["id"]) for row in rows] == list(range(ROWS))
    assert [row["prediction"] for row in rows] == expected(batches, iris)
    assert {row["error"] for row in rows} == {""}
    assert rows[3]["note"] == "line 3\nand, another"
    assert job["progress"]["parts"] > 3
    assert job["progress"] == {
        "rows_done": ROWS,
        "rows_failed": 0,
        "rows_total": ROWS,
        "parts_done": job["progress"]["parts"],
        "parts": job["progress"]["parts"],
    }


def test_json_lines_are_predicted_in_their_order(batches: Batches, iris: str) -> None:
    job = batches.run(batches.submit(iris, json_file(), "jsonl"))

    rows = [json.loads(line) for line in batches.result(job).splitlines()]
    assert [row["id"] for row in rows] == list(range(ROWS))
    assert [row["prediction"] for row in rows] == expected(batches, iris)
    assert all(sum(row["probabilities"].values()) == pytest.approx(1) for row in rows)


def test_a_parquet_file_is_predicted_in_its_order(
    batches: Batches, iris: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "BLOCK_SLICES", 2)

    job = batches.run(batches.submit(iris, parquet_file(), "parquet"))

    table = pq.read_table(io.BytesIO(batches.result(job)))
    assert table["id"].to_pylist() == list(range(ROWS))
    assert table["prediction"].to_pylist() == expected(batches, iris)
    assert job["progress"]["parts"] > 1


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_compressed_file_has_a_compressed_result(
    compression: str, batches: Batches, iris: str
) -> None:
    plain = csv_file()
    content = (
        gzip.compress(plain)
        if compression == "gzip"
        else pa.compress(plain, codec="zstd", asbytes=True)
    )

    job = batches.run(batches.submit(iris, content, compression=compression))

    with pa.CompressedInputStream(pa.BufferReader(batches.result(job)), compression) as stream:
        found = stream.read()
    assert found == batches.result(batches.run(batches.submit(iris, plain)))


@pytest.mark.parametrize(
    ("make", "kind"), [(csv_file, "csv"), (json_file, "jsonl"), (parquet_file, "parquet")]
)
def test_the_same_batch_twice_is_the_same_to_the_byte(
    make: Any, kind: str, batches: Batches, iris: str
) -> None:
    first, second = (batches.run(batches.submit(iris, make(), kind)) for _ in range(2))

    assert batches.result(first) == batches.result(second)


def test_only_the_columns_asked_for_are_copied(batches: Batches, iris: str) -> None:
    job = batches.run(batches.submit(iris, csv_file(3), columns=["note", "id"]))

    (header, *_) = batches.result(job).splitlines()
    assert header.decode().split(",")[:3] == ["note", "id", "prediction"]


def test_a_bad_row_has_a_sentence_and_fails_no_job(batches: Batches, iris: str) -> None:
    content = csv_file(9) + b"9,x,1,1,1,\n10,1,1\n" + csv_file(2).partition(b"\n")[2]

    job = batches.run(batches.submit(iris, content))

    rows = list(csv.DictReader(io.StringIO(batches.result(job).decode(), newline="")))
    assert [row["error"] for row in rows if row["error"]] == [
        "Feature sepal length must be a number, not a string",
        "The row has 3 fields, and the header has 6.",
    ]
    assert (job["status"], job["progress"]["rows_failed"]) == ("succeeded", 2)


def test_too_many_bad_rows_end_the_job_with_what_was_done(batches: Batches, iris: str) -> None:
    content = csv_file() + b"9,x,1,1,1,\n" * 60

    job = batches.run(batches.submit(iris, content, max_failed_fraction=0.1))

    assert job["status"] == "failed"
    assert "rows failed, and the job allows a fraction of 0.1" in job["error"]
    assert batches.result(job).startswith(HEADER.encode())


@pytest.mark.parametrize(
    ("content", "kind", "sentence"),
    [
        (b"a,b\n1,2\n", "csv", "Model expects 4 features"),
        (b"not parquet", "parquet", "The file is not a Parquet file that can be read."),
        (HEADER.encode() + b'\n1,"' + b"x" * 2_000_000, "csv", "Is a quote not closed?"),
    ],
)
def test_a_file_that_does_not_fit_fails_at_once(
    content: bytes, kind: str, sentence: str, batches: Batches, iris: str
) -> None:
    job = batches.run(batches.submit(iris, content, kind))

    assert job["status"] == "failed"
    assert sentence in job["error"]


def test_a_file_that_is_not_compressed_as_it_says_fails(batches: Batches, iris: str) -> None:
    job = batches.run(batches.submit(iris, csv_file(), compression="gzip"))

    assert job["error"] == "The file is not valid gzip, or is cut off."


def test_a_file_without_rows_has_a_result_without_rows(batches: Batches, iris: str) -> None:
    job = batches.run(batches.submit(iris, csv_file(0)))

    assert (job["status"], len(batches.result(job).splitlines())) == ("succeeded", 1)


def test_totals_count_rows_and_what_they_cost(batches: Batches, iris: str) -> None:
    content = csv_file()
    job_id = batches.submit(iris, content)

    job = batches.run(job_id)

    totals = job["totals"]
    assert (totals["rows"], totals["rows_failed"]) == (ROWS, 0)
    assert totals["bytes_in"] == len(content)
    assert totals["bytes_out"] == len(batches.result(job))
    assert 0 < totals["cost_usd"] < 0.01
