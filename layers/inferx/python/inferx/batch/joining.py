"""Joining the parts' results into one file, and the end of a job."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from inferx.batch import plans, prices
from inferx.batch.assembly import Piece, Range, assemble, size_of
from inferx.batch.parquet_footer import TAIL, JoinedFooter, footer_size
from inferx.batch.parts import has_too_many_failures
from inferx.batch.plans import Plan
from inferx.entities.jobs import BatchOptions, Job, JobStatus
from inferx.errors import Broken
from inferx.jobs import ending
from inferx.settings import settings
from inferx.storage import files
from inferx.storage.files import StoredFile
from inferx.storage.object_keys import job_result_key, job_segment_key
from inferx.storage.signed import jobs, parts

_ENDINGS = {None: "", "gzip": ".gz", "zstd": ".zst"}
_MAGIC = 4  # bytes of Parquet's magic number, at a file's beginning
_FIXED_TRANSITIONS = 5  # of the execution: plan, choice, map, join, end
_PART_TRANSITIONS = 3  # of a part: work, choice, end
_INVOCATION_TRANSITIONS = 2  # of each further invocation of a part


def join(job_id: str) -> None:
    """Join what the parts of a job have written and end the job.

    Raises:
        Broken: a part is missing, or AWS does not respond; try again.
    """
    started = time.monotonic()
    job = jobs.find(job_id)
    if job is None:
        return
    if job.status is not JobStatus.RUNNING:
        ending.announce(job)
        return
    assert job.options is not None
    assert job.progress is not None
    plan = plans.read(job)
    done = parts.find(job.id, range(plan.parts))
    failed_too_often = has_too_many_failures(job)
    if len(done) < plan.parts and not failed_too_often:
        raise Broken
    segments = [each for number in sorted(done) for each in _segments(job, number, done[number])]
    key = job_result_key(job.owner_id, job.id, _ending(job.options))
    pieces = _parquet(segments) if job.options.format == "parquet" else _text(segments)
    assemble(key, pieces)
    own = int((time.monotonic() - started) * 1000)
    totals = _totals(plan, list(done.values()), sum(map(size_of, pieces)), own)
    if failed_too_often:
        ending.fail(job, _too_many(job), result_key=key, totals=totals)
    else:
        ending.succeed(job, result_key=key, totals=totals)


def _segments(job: Job, number: int, done: Mapping[str, Any]) -> Iterator[StoredFile]:
    begins = [begin for begin, _ in done["segments"]]
    ends = [*begins[1:], done["rows"]]
    for (begin, size), end in zip(done["segments"], ends, strict=True):
        key = job_segment_key(job.owner_id, job.id, number, begin, end)
        yield StoredFile(key, None, size)


def _ending(options: BatchOptions) -> str:
    return options.format + _ENDINGS[options.compression]


def _text(segments: Sequence[StoredFile]) -> list[Piece]:
    return [Range(each, 0, each.size) for each in segments if each.size]


def _parquet(segments: Sequence[StoredFile]) -> list[Piece]:
    footer = JoinedFooter()
    pieces: list[Piece] = []
    written = 0
    for each in segments:
        size = footer_size(files.read(each, each.size - TAIL))
        end = each.size - size
        start = _MAGIC if pieces else 0
        footer.add(files.read(each, end), written - start)
        pieces.append(Range(each, start, end))
        written += end - start
    return [*pieces, footer.content()] if pieces else []


def _too_many(job: Job) -> str:
    assert job.options is not None
    assert job.progress is not None
    progress, most = job.progress, job.options.max_failed_fraction
    return (
        f"{progress.rows_failed:,} of {progress.rows_total:,} rows failed, and the job allows a "
        f"fraction of {most:g}. The result has the parts that were done."
    )


def _totals(
    plan: Plan, done: Sequence[dict[str, Any]], size: int, own_milliseconds: int
) -> dict[str, Any]:
    """Return what the job has done, and about what it costs."""
    segments = sum(len(each["segments"]) for each in done)
    milliseconds = plan.milliseconds + own_milliseconds + sum(e["milliseconds"] for e in done)
    gb_seconds = milliseconds / 1000 * settings.memory_mb / 1024
    reads = sum(each["requests"] for each in done)
    transitions = (
        _FIXED_TRANSITIONS
        + _PART_TRANSITIONS * len(done)
        + _INVOCATION_TRANSITIONS * (segments - len(done))
    )
    writes = 2 * segments + 4
    return {
        "rows": sum(each["rows"] for each in done),
        "rows_failed": sum(each["failed"] for each in done),
        "parts": len(done),
        "bytes_in": plan.size,
        "bytes_out": size,
        "gb_seconds": round(gb_seconds, 3),
        "invocations": segments + 2,
        "requests": reads + writes,
        "transitions": transitions,
        "cost_usd": round(
            prices.cost(
                gb_seconds=gb_seconds,
                invocations=segments + 2,
                transitions=transitions,
                reads=reads,
                writes=writes,
                table_writes=4 * len(done) + 6,
            ),
            6,
        ),
    }
