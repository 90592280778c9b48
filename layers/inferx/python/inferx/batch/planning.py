"""Cutting a file into parts: one pass over it, in which nothing is parsed but where records end."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from inferx import deadline
from inferx.batch import plans
from inferx.batch.compression import decompressed
from inferx.batch.csv_rows import CsvTable
from inferx.batch.outputs import BLOCK_SLICES
from inferx.batch.parquet_file import ParquetInput
from inferx.batch.parquet_rows import ParquetTable
from inferx.batch.plans import Part, Plan
from inferx.batch.records import Scanner, csv_records, lines
from inferx.batch.slices import RECORD_BYTES, SLICE_ROWS, slices
from inferx.clock import now
from inferx.entities.jobs import BatchOptions, Job
from inferx.errors import BadInput
from inferx.jobs.lifetimes import BATCH_LIFETIME
from inferx.serving.loading import Models
from inferx.signature import Signature
from inferx.storage import files
from inferx.storage.files import StoredFile
from inferx.storage.object_keys import job_cut_key, job_input_key
from inferx.storage.signed import jobs, parts

PART_BYTES = 32 << 20
"""The text of a part: seconds of work for a fast model, so that progress shows soon and starting
the worker is a small share; and minutes for a slow one, well within an invocation."""

MOST_PARTS = 8_000
"""Step Functions gives the outcomes of a map back in 256 KB, and an upload has 10,000 parts."""

_SLICE_BYTES = 16 << 20
_LAST_MINUTE = 60.0
_TENSORS = (
    "This model takes tensors, not a row of features: send JSON Lines, with an object of the "
    "graph's inputs in each line."
)


def plan(models: Models, job: Job) -> str | None:
    """Cut a job's file and return the key of the manifest.

    Args:
        models: the models that this process serves.
        job: the job.

    Returns:
        The key; ``None`` when the job is not wanted any more.

    Raises:
        BadInput: the file is not what the job says, or does not fit the model.
        Broken: as :meth:`inferx.serving.loading.Models.load`.
    """
    started = time.monotonic()
    if not jobs.start(job, now(), now() + BATCH_LIFETIME):
        return None
    signature = models.load(job.owner_id, job.model_id).model.signature
    file = files.find(job_input_key(job.owner_id, job.id))
    found, cut_parts = cut(job, file, signature)
    found = replace(found, milliseconds=int((time.monotonic() - started) * 1000))
    key = plans.write(job, found, cut_parts)
    parts.set_totals(job, found.rows, len(cut_parts))
    return key


def cut(job: Job, file: StoredFile, signature: Signature) -> tuple[Plan, list[Part]]:
    """Return what there is to know of a file, and its parts.

    Args:
        job: the job.
        file: its input.
        signature: the model's.

    Raises:
        BadInput: as :func:`plan`.
    """
    assert job.options is not None
    if signature.features is None and job.options.format != "jsonl":
        raise BadInput(_TENSORS)
    if job.options.format == "parquet":
        return _parquet(file, signature, job.options)
    return _text(job, file, signature, job.options)


def _parquet(
    file: StoredFile, signature: Signature, options: BatchOptions
) -> tuple[Plan, list[Part]]:
    source = ParquetInput(file)
    ParquetTable(source.schema, signature, options.columns)
    row_bytes = max(1, source.row_bytes)
    slice_rows = min(SLICE_ROWS, max(64, _SLICE_BYTES // row_bytes))
    block = slice_rows * BLOCK_SLICES
    blocks = max(1, PART_BYTES // (row_bytes * block), -(-source.rows // (block * MOST_PARTS)))
    step = block * blocks
    cut = [
        Part(number, start, min(start + step, source.rows), min(step, source.rows - start))
        for number, start in enumerate(range(0, max(1, source.rows), step))
    ]
    return Plan(file.etag, file.size, "", source.rows, len(cut), slice_rows), cut


def _text(
    job: Job, file: StoredFile, signature: Signature, options: BatchOptions
) -> tuple[Plan, list[Part]]:
    scan = csv_records if options.format == "csv" else lines
    stream: Iterator[bytes] = files.stream(file)
    if options.compression is not None:
        stream = decompressed(_Chunks(stream), options.compression)
    header = b""
    if options.format == "csv":
        header, stream = _header(stream)
        CsvTable(header, signature, options.columns)
    is_cut = options.compression is not None
    size = max(PART_BYTES, file.size // (MOST_PARTS // 2))
    cut: list[Part] = []
    for part, content in _cut(stream, scan, size, keep=is_cut):
        if len(cut) == MOST_PARTS:
            raise BadInput("The file is too large: upload it in several.")
        if is_cut:
            files.write(job_cut_key(job.owner_id, job.id, part.number), content)
            cut.append(replace(part, start=0, end=len(content), is_cut=True))
        else:
            shift = len(header)
            cut.append(replace(part, start=part.start + shift, end=part.end + shift))
    plan = Plan(
        file.etag, file.size, header.decode("latin-1"), sum(part.rows for part in cut),
        len(cut), SLICE_ROWS,
    )  # fmt: skip
    return plan, cut


def _header(stream: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return a CSV file's first record, and the rest of the stream."""
    blocks = iter(stream)
    held = b""
    for block in blocks:
        held += block
        ends = csv_records(held)
        if len(ends):
            end = int(ends[0])
            return held[:end], chain([held[end:]], blocks)
        if len(held) > RECORD_BYTES:
            raise BadInput(f"The file's first line is longer than {RECORD_BYTES:,} bytes.")
    if not held:
        raise BadInput("The file is empty.")
    return held + b"\n", iter(())


def _cut(
    stream: Iterable[bytes], scan: Scanner, size: int, *, keep: bool
) -> Iterator[tuple[Part, bytes]]:
    """Yield parts and, to ``keep``, their content; always one at least."""
    number = start = end = rows = 0
    held: list[bytes] = []
    for each in slices(stream, scan):
        rows += len(each.ends)
        end = each.end
        if keep:
            held.append(each.data)
        if end - start >= size:
            yield Part(number, start, end, rows), b"".join(held)
            number, start, rows = number + 1, end, 0
            held.clear()
            _check_time()
    if rows or not number:
        yield Part(number, start, end, rows), b"".join(held)


def _check_time() -> None:
    if deadline.remaining(_LAST_MINUTE) < _LAST_MINUTE:
        raise BadInput(
            "The file takes too long to be read through: upload it in several, or not compressed."
        )


class _Chunks:
    """Blocks of bytes as a stream to read from."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._held = b""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most so many bytes."""
        if not self._held:
            self._held = next(self._blocks, b"")
        found, self._held = (
            (self._held, b"") if size < 0 else (self._held[:size], self._held[size:])
        )
        return found
