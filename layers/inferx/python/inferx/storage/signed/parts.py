"""The parts of a batch job that are done: each recorded, and counted in its job, once."""

import json
import random
import time
from collections.abc import Mapping, Sequence
from typing import Any

from inferx import deadline
from inferx.entities.jobs import Job
from inferx.errors import Unavailable
from inferx.settings import settings
from inferx.storage.item_keys import job_pk, part_pk
from inferx.storage.signed import json_api
from inferx.storage.signed.exchange import Declined

_LONGEST_S = 20.0
_KEYS = 100  # BatchGetItem takes no more


def record(job: Job, number: int, totals: Mapping[str, Any]) -> None:
    """Record that a part is done and add its rows to the job's, unless that has been done.

    Args:
        job: the job.
        number: the part's.
        totals: what the part adds to the job's; ``rows`` and ``failed`` are counted at once.

    Raises:
        Unavailable: DynamoDB does not take it, or others change the job all the time.
    """
    part = {
        "pk": {"S": part_pk(job.id, number)},
        "ttl": {"N": str(int(job.expires_at.timestamp()))},
        "totals": {"S": json.dumps(dict(totals))},
    }
    counts = {":rows": totals["rows"], ":failed": totals["failed"], ":one": 1}
    writes = [
        {
            "Put": {
                "TableName": settings.jobs_table,
                "Item": part,
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        },
        {
            "Update": {
                "TableName": settings.jobs_table,
                "Key": {"pk": {"S": job_pk(job.id)}},
                "UpdateExpression": "ADD rows_done :rows, rows_failed :failed, parts_done :one",
                "ConditionExpression": "attribute_exists(pk)",
                "ExpressionAttributeValues": {
                    name: {"N": str(count)} for name, count in counts.items()
                },
            }
        },
    ]
    end = time.monotonic() + deadline.remaining(_LONGEST_S)
    pause = 0.01
    while not _written(writes) and not find(job.id, [number]):
        # Parts that end at the same time are in each other's way.
        time.sleep(random.uniform(0, pause))  # noqa: S311 - no secret
        pause = min(1.0, pause * 2)
        if time.monotonic() > end:
            raise Unavailable


def find(job_id: str, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the totals of those parts that are done, by number.

    Raises:
        Unavailable: DynamoDB does not give them.
    """
    found: dict[int, dict[str, Any]] = {}
    wanted = {part_pk(job_id, number): number for number in numbers}
    waiting = list(wanted)
    while waiting:
        some, waiting = waiting[:_KEYS], waiting[_KEYS:]
        keys = [{"pk": {"S": key}} for key in some]
        request = {settings.jobs_table: {"Keys": keys, "ConsistentRead": True}}
        try:
            output = json_api.call("dynamodb", "BatchGetItem", {"RequestItems": request})
        except Declined as error:
            raise Unavailable from error
        for item in output["Responses"].get(settings.jobs_table, []):
            found[wanted[item["pk"]["S"]]] = json.loads(item["totals"]["S"])
        left = output.get("UnprocessedKeys", {}).get(settings.jobs_table, {}).get("Keys", [])
        waiting += [key["pk"]["S"] for key in left]
    return found


def set_totals(job: Job, rows: int, parts: int) -> None:
    """Record how many rows and parts a job has.

    Raises:
        Unavailable: DynamoDB does not take it.
    """
    parameters = {
        "TableName": settings.jobs_table,
        "Key": {"pk": {"S": job_pk(job.id)}},
        "UpdateExpression": "SET rows_total = :rows, parts = :parts",
        "ConditionExpression": "attribute_exists(pk)",
        "ExpressionAttributeValues": {":rows": {"N": str(rows)}, ":parts": {"N": str(parts)}},
    }
    try:
        json_api.call("dynamodb", "UpdateItem", parameters)
    except Declined as error:
        raise Unavailable from error


def _written(writes: list[dict[str, Any]]) -> bool:
    try:
        json_api.call("dynamodb", "TransactWriteItems", {"TransactItems": writes})
    except Declined as error:
        if error.code in ("TransactionCanceledException", "TransactionConflictException"):
            return False
        raise Unavailable from error
    return True
