"""Predicting one part of a file, in one invocation or in several that follow each other.

Work stops between two blocks of the result when the invocation's time runs out, and within one
only where a model is so slow that a block takes longer than an invocation. What an invocation
made is an object of its own, a segment, named after its rows. So an invocation that is repeated
writes the same object again, or another one, and the record of the part says which ones count.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from inferx import deadline
from inferx.batch import plans
from inferx.batch.csv_rows import CsvTable
from inferx.batch.json_rows import JsonTable
from inferx.batch.outputs import BLOCK_SLICES, Output, ParquetOutput, TextOutput
from inferx.batch.parquet_file import ParquetInput
from inferx.batch.parquet_rows import ParquetTable
from inferx.batch.plans import Part, Plan
from inferx.batch.predicting import Predictor
from inferx.batch.records import csv_records, lines
from inferx.batch.slices import slices
from inferx.entities.jobs import BatchOptions, Job, JobStatus
from inferx.errors import Broken
from inferx.serving.loading import Models
from inferx.serving.model import Model
from inferx.storage import files
from inferx.storage.files import StoredFile
from inferx.storage.object_keys import job_segment_key
from inferx.storage.signed import jobs, parts

_LOOK_S = 5.0
"""How often a worker looks whether its job is still wanted."""

_RESERVE_S = 30.0
"""Time kept for writing the segment and recording the part."""


@dataclass(frozen=True, slots=True)
class Done:
    """What has been done of a part.

    Attributes:
        at: the byte or the row of the file to go on from.
        rows, failed: how many rows, and how many of them failed.
        segments: of each object written, after how many rows of the part it begins, and its bytes.
        milliseconds: of work.
        requests: to S3, that read or list; and that write.
    """

    at: int
    rows: int = 0
    failed: int = 0
    segments: tuple[tuple[int, int], ...] = ()
    milliseconds: int = 0
    requests: int = 0

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> "Done":
        """Return what was written as JSON."""
        segments = tuple((begin, size) for begin, size in fields["segments"])
        return cls(**{**fields, "segments": segments})


def work(models: Models, job_id: str, part: Part, done: Done | None) -> Done | None:
    """Predict a part, or as much of it as this invocation has time for.

    Args:
        models: the models that this process serves.
        job_id: the job's.
        part: which rows.
        done: what earlier invocations did; ``None`` for the first.

    Returns:
        What has been done with this; ``None`` when the part is done, or not wanted any more.

    Raises:
        BadInput: the file does not hold what planning found.
        Broken: a fault of ours or of AWS's; try again.
    """
    started = time.monotonic()
    job = jobs.find(job_id)
    if job is None or not is_wanted(job):
        return None
    done = done or Done(part.start)
    loaded = models.load(job.owner_id, job.model_id)
    plan = plans.read(job)
    worker = Worker(job, plans.source_of(job, plan, part), plan, part, loaded.model)
    after = worker.run(done)
    if after is None:
        return None
    content = worker.output.content()
    key = job_segment_key(job.owner_id, job.id, part.number, done.rows, after.rows)
    files.write(key, content)
    after = replace(
        after,
        segments=(*done.segments, (done.rows, len(content))),
        milliseconds=done.milliseconds + int((time.monotonic() - started) * 1000),
        requests=done.requests + worker.requests,
    )
    if after.rows < part.rows:
        return after
    parts.record(job, part.number, asdict(after))
    return None


def is_wanted(job: Job) -> bool:
    """Return whether a job is to go on: it has not ended, and not too many of its rows failed."""
    return job.status is JobStatus.RUNNING and not has_too_many_failures(job)


def has_too_many_failures(job: Job) -> bool:
    """Return whether more rows have failed than the job allows."""
    assert job.options is not None
    assert job.progress is not None
    total = job.progress.rows_total or 0
    return job.progress.rows_failed > job.options.max_failed_fraction * total


class Worker:
    """One invocation's work.

    Args:
        job: the job.
        file: what holds the part's rows.
        plan: of the job.
        part: which rows.
        model: what predicts them.
    """

    def __init__(self, job: Job, file: StoredFile, plan: Plan, part: Part, model: Model) -> None:
        assert job.options is not None
        self._job = job
        self._part = part
        self._predictor = Predictor(model)
        self._source = _source(file, job.options, plan, part, model)
        self._looked = time.monotonic()
        self.output: Output = self._source.output
        """What is to be written."""
        self.requests = 4  # the plan, the source, the first range, the segment

    def run(self, done: Done) -> Done | None:
        """Predict slices until there are no more, or no more time; ``None`` if not wanted."""
        is_first = not done.segments
        if is_first and self._part.number == 0 and self._source.table.header:
            self.output.add(self._source.table.header)
        pace = _Pace()
        for rows, at in self._source.read(done.at, done.rows):
            predicted = self._predictor.predict(rows)
            self.output.add(self._source.table.written(rows, predicted))
            done = replace(
                done, at=at, rows=done.rows + len(rows), failed=done.failed + len(predicted.errors)
            )
            is_end = pace.slice_ended()
            if is_end:
                self.output.end_block()
            if done.rows < self._part.rows and pace.is_over(between_blocks=is_end):
                break
            if not self._is_still_wanted():
                return None
        else:
            if done.rows != self._part.rows:
                raise Broken  # the source is not what was planned
        self.requests += self._source.requests
        return done

    def _is_still_wanted(self) -> bool:
        if time.monotonic() - self._looked < _LOOK_S:
            return True
        self._looked = time.monotonic()
        job = jobs.find(self._job.id)
        return job is not None and is_wanted(job)


class _Pace:
    """Slices and blocks as they end, and whether there is time for the next one."""

    def __init__(self) -> None:
        self._slices = 0
        self._slice_began = self._block_began = time.monotonic()
        self._slice_s = self._block_s = 0.0

    def slice_ended(self) -> bool:
        """Count a slice and return whether it ends a block."""
        moment = time.monotonic()
        self._slices += 1
        self._slice_s = max(self._slice_s, moment - self._slice_began)
        self._slice_began = moment
        if self._slices % BLOCK_SLICES:
            return False
        self._block_s = max(self._block_s, moment - self._block_began)
        self._block_began = moment
        return True

    def is_over(self, *, between_blocks: bool) -> bool:
        """Return whether the next slice, or block, would not end in time."""
        expected = 2 * self._block_s if between_blocks else 2 * self._slice_s
        wanted = _RESERVE_S + expected
        return deadline.remaining(wanted) < wanted


class _TextSource:
    def __init__(
        self, file: StoredFile, options: BatchOptions, plan: Plan, part: Part, model: Model
    ) -> None:
        self._file = file
        self._part = part
        self.requests = 0
        self.output: Output = TextOutput(options.compression)
        is_csv = options.format == "csv"
        self._scan = csv_records if is_csv else lines
        self.table: Any = (
            CsvTable(plan.header.encode("latin-1"), model.signature, options.columns)
            if is_csv
            else JsonTable(model.signature, options.columns)
        )

    def read(self, at: int, _: int) -> Iterator[tuple[Any, int]]:
        """Yield rows, and where those after them begin."""
        for each in slices(files.stream(self._file, at, self._part.end), self._scan):
            yield self.table.rows(each), at + each.end


class _ParquetSource:
    def __init__(
        self, file: StoredFile, options: BatchOptions, plan: Plan, part: Part, model: Model
    ) -> None:
        self._input = ParquetInput(file)
        self._part = part
        self._slice_rows = plan.slice_rows
        layout = ParquetTable(self._input.schema, model.signature, options.columns)
        self.table: Any = layout
        self._columns = layout.columns
        self.output: Output = ParquetOutput(layout.schema)

    @property
    def requests(self) -> int:
        """How many ranges have been read."""
        return self._input.source.requests

    def read(self, at: int, _: int) -> Iterator[tuple[Any, int]]:
        """Yield rows, and where those after them begin."""
        for table in self._input.tables(self._columns, at, self._part.end, self._slice_rows):
            at += table.num_rows
            yield self.table.rows(table), at


def _source(
    file: StoredFile, options: BatchOptions, plan: Plan, part: Part, model: Model
) -> _TextSource | _ParquetSource:
    kind = _ParquetSource if options.format == "parquet" else _TextSource
    return kind(file, options, plan, part, model)
