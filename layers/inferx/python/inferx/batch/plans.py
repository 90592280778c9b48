"""What planning finds out about a file, and the parts that it cuts it into."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from inferx.entities.jobs import Job
from inferx.storage import files
from inferx.storage.files import StoredFile
from inferx.storage.object_keys import job_cut_key, job_input_key, job_manifest_key, job_plan_key


@dataclass(frozen=True, slots=True)
class Plan:
    """A job's file.

    Attributes:
        etag: of the object, so that one uploaded later is noticed.
        size: its bytes.
        header: a CSV file's first record.
        rows: how many rows it has.
        parts: how many parts.
        slice_rows: rows of a Parquet file to predict at once.
        milliseconds: that planning took.
    """

    etag: str | None
    size: int
    header: str
    rows: int
    parts: int
    slice_rows: int
    milliseconds: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that one worker predicts.

    Attributes:
        number: from 0.
        start, end: bytes of the file, or rows of a Parquet file.
        rows: how many rows.
        is_cut: whether its rows are in an object of their own.
    """

    number: int
    start: int
    end: int
    rows: int
    is_cut: bool = False


def write(job: Job, plan: Plan, parts: Iterable[Part]) -> str:
    """Write the plan and the manifest, and return the manifest's key."""
    where = {"owner_id": job.owner_id, "job_id": job.id}
    lines = [json.dumps({**where, "part": asdict(part)}) + "\n" for part in parts]
    key = job_manifest_key(job.owner_id, job.id)
    files.write(job_plan_key(job.owner_id, job.id), json.dumps(asdict(plan)).encode())
    files.write(key, "".join(lines).encode())
    return key


def read(job: Job) -> Plan:
    """Return a job's plan."""
    fields: dict[str, Any] = json.loads(files.read(files.find(job_plan_key(job.owner_id, job.id))))
    return Plan(**fields)


def source_of(job: Job, plan: Plan, part: Part) -> StoredFile:
    """Return the object that holds a part's rows."""
    if part.is_cut:
        return files.find(job_cut_key(job.owner_id, job.id, part.number))
    return StoredFile(job_input_key(job.owner_id, job.id), plan.etag, plan.size)
