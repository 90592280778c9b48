"""What is asked of a job beside its file is read strictly."""

import json
from pathlib import Path

import pytest

from inferx.samples import MOST_ROWS, STORED_BYTES
from inferx.untrusted import Malformed
from sandbox import job_request
from sandbox.job_request import REQUEST, SAMPLES, JobRequest


def test_nothing_is_asked_where_nothing_is_written(tmp_path: Path) -> None:
    assert job_request.read(tmp_path) == JobRequest()


def test_what_is_written_is_read(tmp_path: Path) -> None:
    (tmp_path / SAMPLES).write_text('[[1, "é"], {"a": null}]')

    job_request.write(tmp_path, "model.0", samples=True)

    assert job_request.read(tmp_path) == JobRequest("model.0", ([1, "é"], {"a": None}))


def test_rows_that_are_not_asked_for_are_not_read(tmp_path: Path) -> None:
    (tmp_path / SAMPLES).write_text("no JSON")

    job_request.write(tmp_path, None, samples=False)

    assert job_request.read(tmp_path) == JobRequest()


@pytest.mark.parametrize(
    "written",
    [
        "",
        "[]",
        "{}",
        '{"part": null}',
        '{"part": 1, "samples": false}',
        '{"part": null, "samples": 0}',
        '{"part": null, "samples": false, "other": 1}',
        json.dumps({"part": "x" * 201, "samples": False}),
        json.dumps({"part": None, "samples": False}) + " " * 5_000,
        "[" * 4_000,
    ],
)
def test_any_other_request_is_malformed(written: str, tmp_path: Path) -> None:
    (tmp_path / REQUEST).write_text(written)

    with pytest.raises(Malformed):
        job_request.read(tmp_path)


@pytest.mark.parametrize(
    "rows",
    [
        "",
        "[]",
        "{}",
        "[1]",
        "[" * 100_000,
        json.dumps([[1]] * (MOST_ROWS + 1)),
        "[[1]]" + " " * STORED_BYTES,
        f"[[{'1' * 5_000}]]",
    ],
)
def test_any_other_rows_are_malformed(rows: str, tmp_path: Path) -> None:
    job_request.write(tmp_path, None, samples=True)
    (tmp_path / SAMPLES).write_text(rows)

    with pytest.raises(Malformed):
        job_request.read(tmp_path)
