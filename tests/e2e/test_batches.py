"""Batch predictions on the deployed stack: the state machine, and each function in its own role."""

import csv
import gzip
import io
import json
import time
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import requests

from tests.e2e.conftest import Http
from tests.e2e.test_predict import ROW, upload
from tools.onnx_models import IRIS

ROWS = 2_000


@pytest.fixture
def iris(user_http: Http) -> dict[str, Any]:
    """Return a ready model of the new user."""
    return upload(user_http, "iris")


def submit(http: Http, address: str, content: bytes, kind: str, **fields: Any) -> str:
    """Submit a job, upload its file and return the job's id."""
    response = http.post(f"/api/v1/predict/batch/{address}", json={"format": kind, **fields})
    assert response.status_code == 202, response.text
    form = response.json()["upload"]
    sent = requests.post(form["url"], form["fields"], files={"file": content}, timeout=30)
    assert sent.status_code == 204, sent.text
    job_id: str = response.json()["job"]["id"]
    return job_id


def finished(http: Http, job_id: str) -> dict[str, Any]:
    """Wait for a job to finish and return it."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        job: dict[str, Any] = http.get(
            f"/api/v1/predict/jobs/{job_id}", params={"wait": 20}
        ).json()["job"]
        if job["status"] not in ("queued", "running"):
            return job
    raise AssertionError("the job did not finish")


def csv_file() -> bytes:
    """Return a file whose last column numbers the rows; the model reads the first by position."""
    made = [f"{','.join(map(str, ROW))},{at}" for at in range(ROWS)]
    return "\n".join([",".join([*IRIS, "id"]), *made, ""]).encode()


def parquet_file() -> bytes:
    """Return the same rows as Parquet."""
    columns = {name: [value] * ROWS for name, value in zip(IRIS, ROW, strict=True)}
    sink = io.BytesIO()
    pq.write_table(pa.table({**columns, "id": range(ROWS)}), sink, row_group_size=700)
    return sink.getvalue()


def json_file() -> bytes:
    """Return the same rows as JSON Lines."""
    row = dict(zip(IRIS, ROW, strict=True))
    return "".join(json.dumps({**row, "id": at}) + "\n" for at in range(ROWS)).encode()


def rows_of(content: bytes, kind: str) -> list[dict[str, Any]]:
    """Return a result's rows."""
    if kind == "parquet":
        rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(content)).to_pylist()
        return rows
    text = content.decode()
    if kind == "csv":
        return list(csv.DictReader(io.StringIO(text)))
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("content", "kind"), [(csv_file(), "csv"), (json_file(), "jsonl"), (parquet_file(), "parquet")]
)
def test_a_file_is_predicted_in_its_order(
    content: bytes, kind: str, user_http: Http, iris: dict[str, Any]
) -> None:
    job = finished(user_http, submit(user_http, "iris", content, kind))

    assert (job["status"], job["error"]) == ("succeeded", None)
    rows = rows_of(requests.get(job["result_url"], timeout=30).content, kind)
    assert [int(row["id"]) for row in rows] == list(range(ROWS))
    assert {row["prediction"] for row in rows} == {"setosa"}
    assert (job["progress"]["rows_done"], job["totals"]["rows"]) == (ROWS, ROWS)


def test_a_compressed_batch_twice_is_the_same_to_the_byte(
    user_http: Http, iris: dict[str, Any]
) -> None:
    content = gzip.compress(csv_file())
    ids = [submit(user_http, "iris", content, "csv", compression="gzip") for _ in range(2)]

    jobs = [finished(user_http, job_id) for job_id in ids]

    first, second = (requests.get(job["result_url"], timeout=30).content for job in jobs)
    assert first == second
    assert len(gzip.decompress(first).splitlines()) == ROWS + 1


def test_a_file_that_does_not_fit_fails_with_a_sentence(
    user_http: Http, iris: dict[str, Any]
) -> None:
    job = finished(user_http, submit(user_http, "iris", b"a,b\n1,2\n", "csv"))

    assert job["status"] == "failed"
    assert job["error"].startswith("Model expects 4 features")


def test_a_cancelled_batch_stays_cancelled(user_http: Http, iris: dict[str, Any]) -> None:
    job_id = submit(user_http, "iris", csv_file(), "csv")

    response = user_http.delete(f"/api/v1/predict/jobs/{job_id}")

    status = finished(user_http, job_id)["status"]
    assert (response.status_code, status) in ((200, "cancelled"), (409, "succeeded"))
