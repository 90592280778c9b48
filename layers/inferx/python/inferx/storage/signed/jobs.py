"""Jobs as their workers read and change them, without pynamodb.

The items are those of :class:`inferx.storage.tables.jobs.JobItem`. Every change is conditional,
so that a message delivered twice, or a worker that comes too late, changes nothing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from inferx.clock import iso
from inferx.entities.jobs import (
    UNFINISHED,
    BatchFormat,
    BatchOptions,
    Compression,
    Job,
    JobKind,
    JobStatus,
    Progress,
)
from inferx.errors import Unavailable
from inferx.settings import settings
from inferx.storage.item_keys import job_pk, owner_status_key
from inferx.storage.signed import json_api
from inferx.storage.signed.exchange import Declined

_UNFINISHED = {f":unfinished{number}": {"S": each} for number, each in enumerate(UNFINISHED)}
_IS_UNFINISHED = f"attribute_exists(pk) AND #status IN ({', '.join(_UNFINISHED)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a job ended.

    Attributes:
        status: a final one.
        moment: when.
        announced: whether a webhook is to be given it; the job stays due until that is done.
        result, result_key, error, totals: as those of :class:`Job`.
    """

    status: JobStatus
    moment: datetime
    announced: bool
    result: str | None = None
    result_key: str | None = None
    error: str | None = None
    totals: Mapping[str, Any] | None = None


def find(job_id: str) -> Job | None:
    """Return a job as it is now (a consistent read); ``None`` when there is none.

    Raises:
        Unavailable: DynamoDB does not give it.
    """
    try:
        output = _call("GetItem", job_id, {"ConsistentRead": True})
    except Declined as error:
        raise Unavailable from error
    item = output.get("Item")
    return job_of(item) if item else None


def start(job: Job, moment: datetime, due_at: datetime) -> bool:
    """Record that a job is running, which it may be already.

    Args:
        job: the job.
        moment: when it started, unless it did before.
        due_at: when it must have finished.

    Returns:
        Whether it is; not when it has finished, or is gone.

    Raises:
        Unavailable: DynamoDB does not take it.
    """
    sets = {**_status(job, JobStatus.RUNNING), "due_at": iso(due_at)}
    return _change(job.id, sets, first={"started_at": iso(moment)})


def finish(job: Job, outcome: Outcome) -> bool:
    """Record a job's outcome.

    Returns:
        Whether this call did; not when the job had finished, or is gone.

    Raises:
        Unavailable: DynamoDB does not take it.
    """
    sets = {
        **_status(job, outcome.status),
        "finished_at": iso(outcome.moment),
        "result": outcome.result,
        "result_key": outcome.result_key,
        "error": outcome.error,
        "totals": None if outcome.totals is None else json.dumps(dict(outcome.totals)),
    }
    removed = ["request"]
    if outcome.announced:
        sets["due_at"] = iso(outcome.moment)
    else:
        removed += ["due_shard", "due_at"]
    return _change(job.id, sets, removed=removed)


def settle(job_id: str) -> None:
    """Record that a finished job's outcome has been given to the webhooks.

    Raises:
        Unavailable: DynamoDB does not take it.
    """
    parameters = {
        "UpdateExpression": "SET is_notified = :yes REMOVE due_shard, due_at",
        "ConditionExpression": "attribute_exists(pk)",
        "ExpressionAttributeValues": {":yes": {"BOOL": True}},
    }
    _conditionally(job_id, parameters)


def job_of(item: Mapping[str, Any]) -> Job:
    """Return the job that an item holds.

    Args:
        item: attributes by name, each with its type, as DynamoDB's API has them.
    """
    kind = JobKind(item["kind"]["S"])
    return Job(
        id=item["id"]["S"],
        owner_id=item["owner_id"]["S"],
        kind=kind,
        status=JobStatus(item["status"]["S"]),
        model_id=item["model_id"]["S"],
        model_name=item["model_name"]["S"],
        model_version=int(item["model_version"]["N"]),
        created_at=datetime.fromisoformat(item["created_at"]["S"]),
        due_at=_moment(item, "due_at"),
        started_at=_moment(item, "started_at"),
        finished_at=_moment(item, "finished_at"),
        request=_text(item, "request"),
        result=_text(item, "result"),
        result_key=_text(item, "result_key"),
        error=_text(item, "error"),
        callback_url=_text(item, "callback_url"),
        callback_secret=_text(item, "callback_secret"),
        is_notified=item.get("is_notified", {}).get("BOOL", False),
        options=_options(item) if kind is JobKind.BATCH else None,
        progress=_progress(item) if kind is JobKind.BATCH else None,
        totals=json.loads(item["totals"]["S"]) if "totals" in item else None,
    )


def _options(item: Mapping[str, Any]) -> BatchOptions:
    columns = item.get("columns", {}).get("L")
    return BatchOptions(
        format=cast("BatchFormat", item["format"]["S"]),
        compression=cast("Compression | None", _text(item, "compression")),
        columns=None if columns is None else tuple(each["S"] for each in columns),
        max_failed_fraction=float(item["max_failed_fraction"]["N"]),
    )


def _progress(item: Mapping[str, Any]) -> Progress:
    return Progress(
        rows_done=_number(item, "rows_done") or 0,
        rows_failed=_number(item, "rows_failed") or 0,
        rows_total=_number(item, "rows_total"),
        parts_done=_number(item, "parts_done") or 0,
        parts=_number(item, "parts"),
    )


def _text(item: Mapping[str, Any], name: str) -> str | None:
    text: str | None = item.get(name, {}).get("S")
    return text


def _number(item: Mapping[str, Any], name: str) -> int | None:
    return int(item[name]["N"]) if "N" in item.get(name, {}) else None


def _moment(item: Mapping[str, Any], name: str) -> datetime | None:
    text = _text(item, name)
    return None if text is None else datetime.fromisoformat(text)


def _status(job: Job, status: JobStatus) -> dict[str, str]:
    return {"status": status, "owner_status": owner_status_key(job.owner_id, status)}


def _change(
    job_id: str,
    sets: Mapping[str, str | None],
    *,
    first: Mapping[str, str] | None = None,
    removed: Sequence[str] = (),
) -> bool:
    """Change an unfinished job's attributes; those in ``first`` only where there are none."""
    given = {name: text for name, text in sets.items() if text is not None}
    once = first or {}
    # Each name is an alias: DynamoDB reserves hundreds of words, `status` and `request` among them.
    assignments = [f"#{name} = :{name}" for name in given]
    assignments += [f"#{name} = if_not_exists(#{name}, :{name})" for name in once]
    expression = f"SET {', '.join(assignments)}"
    if removed:
        expression += f" REMOVE {', '.join(f'#{name}' for name in removed)}"
    values = {f":{name}": {"S": text} for name, text in {**given, **once}.items()}
    parameters = {
        "UpdateExpression": expression,
        "ConditionExpression": _IS_UNFINISHED,
        "ExpressionAttributeNames": {f"#{name}": name for name in (*given, *once, *removed)},
        "ExpressionAttributeValues": {**values, **_UNFINISHED},
    }
    return _conditionally(job_id, parameters)


def _conditionally(job_id: str, parameters: dict[str, Any]) -> bool:
    try:
        _call("UpdateItem", job_id, parameters)
    except Declined as error:
        if error.code != "ConditionalCheckFailedException":
            raise Unavailable from error
        return False
    return True


def _call(operation: str, job_id: str, parameters: dict[str, Any]) -> dict[str, Any]:
    key = {"pk": {"S": job_pk(job_id)}}
    return json_api.call(
        "dynamodb", operation, {"TableName": settings.jobs_table, "Key": key, **parameters}
    )
