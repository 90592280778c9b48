"""Plans and predicts a file as a batch's workers do, a part after the other, all in this process.

The bucket is the file's folder; results are made and dropped. Prints the processor's seconds of
the parts and the peak of memory.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import Any

from inferx.batch import parts, planning
from inferx.clock import now
from inferx.entities.jobs import BatchOptions, Job, JobKind, JobStatus, Progress
from inferx.serving.model import Model
from inferx.storage import files
from inferx.storage.files import StoredFile
from inferx.storage.signed import jobs

_BLOCK = 1 << 20


def stream(file: StoredFile, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Do what :func:`inferx.storage.files.stream` does, with a file on the disk."""
    left = (file.size if end is None else min(end, file.size)) - start
    with Path(file.key).open("rb") as opened:
        opened.seek(start)
        while left > 0 and (block := opened.read(min(_BLOCK, left))):
            left -= len(block)
            yield block


def job_of(kind: Any) -> Job:
    """Return a job for a file of this format."""
    return Job(
        id="job",
        owner_id="owner",
        kind=JobKind.BATCH,
        status=JobStatus.RUNNING,
        model_id="model",
        model_name="model",
        model_version=1,
        created_at=now(),
        due_at=None,
        options=BatchOptions(kind),
        progress=Progress(),
    )


def main() -> None:
    """Plan the file and predict all parts of it."""
    model, path = Model(Path(sys.argv[1])), Path(sys.argv[2])
    files.stream = stream
    file = StoredFile(str(path), None, path.stat().st_size)
    job = job_of(path.suffix[1:])
    jobs.find = lambda job_id: job  # noqa: ARG005  # which workers look at every few seconds
    assert job.options is not None
    cut = planning.cut(job, file, model.signature)
    started = process_time()
    rows = 0
    for part in cut[1]:
        worker = parts.Worker(job, file, cut[0], part, model)
        done = worker.run(parts.Done(part.start))
        assert done is not None
        worker.output.content()
        rows += done.rows
    seconds = process_time() - started
    # Not getrusage's, which begins with that of the process that started this one.
    peak = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "peak_mb": peak, "rows": rows}))


main()
