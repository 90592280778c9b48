"""Batch jobs whose steps die before and after every call that they make, and are repeated."""

from typing import Any

import pytest

from inferx.batch import assembly, outputs, parts, planning, slices
from inferx.entities.jobs import JobStatus
from inferx.storage.signed import jobs as signed_jobs
from tests.support.batches import Batches
from tests.support.jobs import ROW
from tests.support.kills import Calls, Killed, Moment, counted
from tools.onnx_models import IRIS

ROWS = 30


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut the file into a few parts, and join them as large files are."""
    monkeypatch.setattr(planning, "PART_BYTES", 250)
    monkeypatch.setattr(slices, "SLICE_ROWS", 10)
    monkeypatch.setattr(assembly, "SMALLEST", 100)
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 100)


def content() -> bytes:
    lines = [",".join(["id", *IRIS])]
    lines += [f"{at},{','.join(map(str, ROW))}" for at in range(ROWS)]
    lines[7] = "6,x,1,1,1"
    return "\n".join(lines).encode()


def survive(step: Any, *arguments: Any) -> Any:
    """Do a step, and again when it is killed, as the state machine does."""
    try:
        return step(*arguments)
    except Killed:
        return step(*arguments)


def run(batches: Batches, job_id: str, calls: Calls) -> None:
    with counted(calls):
        planned = survive(batches.step, "plan", job_id)
        for item in batches.items(planned):
            state = item
            while not (state := survive(batches.work, state))["is_done"]:
                pass
        survive(batches.step, "join", job_id)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_no_death_loses_or_doubles_a_row(moment: Moment, batches: Batches, iris: str) -> None:
    unharmed = Calls()
    first = batches.submit(iris, content())
    run(batches, first, unharmed)
    wanted = batches.result(batches.shown(first))
    progress = batches.shown(first)["progress"]

    for fatal in range(len(unharmed.made)):
        job_id = batches.submit(iris, content())
        run(batches, job_id, Calls(fatal, moment))

        job = batches.shown(job_id)
        assert (job["status"], job["error"]) == ("succeeded", None), fatal
        assert job["progress"] == progress, (fatal, unharmed.made[fatal])
        assert (job["totals"]["rows"], job["totals"]["rows_failed"]) == (ROWS, 1)
        assert batches.result(job) == wanted, (fatal, unharmed.made[fatal])
    assert progress["rows_done"] == ROWS
    assert progress["parts_done"] == progress["parts"] > 1


def test_each_step_delivered_twice_changes_nothing(batches: Batches, iris: str) -> None:
    job_id = batches.submit(iris, content())
    planned = [batches.step("plan", job_id) for _ in range(2)]
    assert planned[0] == planned[1]
    for item in batches.items(planned[0]):
        batches.work_out(item)
        batches.work_out(item)
    once = batches.step("join", job_id)
    shown = batches.shown(job_id)

    batches.step("join", job_id)

    assert once == {}
    assert batches.shown(job_id) | {"result_url": None} == shown | {"result_url": None}
    assert shown["progress"]["rows_done"] == ROWS


def test_the_file_delivered_twice_starts_one_execution_by_name(batches: Batches, iris: str) -> None:
    job_id = batches.submit(iris, content())
    batches.jobs.cloud.repeat("BatchesQueue")

    batches.jobs.cloud.deliver("BatchesQueue", "JobsPlanFunction")

    assert set(batches.started) == {job_id}


def test_work_goes_on_in_another_invocation_when_time_runs_out(
    batches: Batches, iris: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "PART_BYTES", 1 << 20)
    monkeypatch.setattr(outputs, "BLOCK_SLICES", 1)
    monkeypatch.setattr(parts, "BLOCK_SLICES", 1)
    whole = batches.run(batches.submit(iris, content()))
    batches.seconds = 10  # less than what is kept for writing
    job_id = batches.submit(iris, content())
    (item,) = batches.items(batches.step("plan", job_id))

    times = batches.work_out(item)

    batches.step("join", job_id)
    assert times == ROWS // 10
    assert batches.result(batches.shown(job_id)) == batches.result(whole)


def test_a_worker_that_was_given_up_and_goes_on_spoils_nothing(
    batches: Batches, iris: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "PART_BYTES", 1 << 20)
    monkeypatch.setattr(outputs, "BLOCK_SLICES", 1)
    monkeypatch.setattr(parts, "BLOCK_SLICES", 1)
    whole = batches.run(batches.submit(iris, content()))
    job_id = batches.submit(iris, content())
    (item,) = batches.items(batches.step("plan", job_id))
    batches.seconds = 10  # less than what is kept for writing
    given_up = batches.work(item)
    batches.seconds = 900
    batches.work_out(item)  # Step Functions has heard nothing of the first

    batches.seconds = 10
    batches.work(given_up)

    batches.step("join", job_id)
    job = batches.shown(job_id)
    assert not given_up["is_done"]
    assert batches.result(job) == batches.result(whole)
    assert job["progress"]["rows_done"] == ROWS


def test_a_cancelled_job_is_left_within_a_part(batches: Batches, iris: str) -> None:
    job_id = batches.submit(iris, content())
    first, second, *_ = batches.items(batches.step("plan", job_id))
    batches.work_out(first)
    batches.jobs.cancel(job_id)

    batches.work_out(second)

    batches.step("join", job_id)
    job = batches.shown(job_id)
    assert (job["status"], job["progress"]["parts_done"]) == ("cancelled", 1)
    (written,) = [name for name in batches.keys(job_id) if name.startswith("parts/")]
    assert written.startswith("parts/000000/000000000000-")


def test_a_step_that_no_attempt_ended_fails_the_job_with_a_sentence(
    batches: Batches, iris: str
) -> None:
    job_id = batches.submit(iris, content())
    batches.step("plan", job_id)

    batches.step("fail", job_id)
    batches.step("fail", job_id)

    job = signed_jobs.find(job_id)
    assert job is not None
    assert job.status is JobStatus.FAILED
    assert job.error == (
        "The job did not succeed for a reason on our side; please submit it again."
    )


def test_a_file_replaced_while_its_job_runs_fails_the_job(batches: Batches, iris: str) -> None:
    job_id = batches.submit(iris, content())
    items = batches.items(batches.step("plan", job_id))
    batches.replace_input(job_id, b"another")

    batches.work_out(items[0])

    assert batches.shown(job_id)["error"] == "The file was replaced while the job ran."
