"""Model records as prediction needs them, read from the Models table.

The table is defined, and written, in :mod:`inferx.storage.tables.models`. This reads the same
items without pynamodb, whose import costs a cold start more than the read itself; a test
proves that what one writes the other reads.
"""

from dataclasses import dataclass
from typing import Any

from inferx.errors import Unavailable
from inferx.settings import settings
from inferx.storage.signed import json_api


@dataclass(frozen=True, slots=True)
class Record:
    """One model version.

    Attributes:
        sha256: of the stored ONNX file, in hex; ``None`` until the model is ready.
        session_memory: bytes that an open session takes, as the conversion measured it.
    """

    id: str
    owner_id: str
    name: str
    version: int
    status: str
    sha256: str | None
    session_memory: int


@dataclass(frozen=True, slots=True)
class Name:
    """Where a name's movable pointers point: model ids."""

    versions: int
    newest_ready: str | None
    aliases: dict[str, str]


def read_record(model_id: str) -> Record | None:
    """The record of one model version; ``None`` when there is none.

    Raises:
        Unavailable: DynamoDB does not answer.
    """
    item = _item(f"model#{model_id}")
    if item is None:
        return None
    return Record(
        id=model_id,
        owner_id=item["owner_id"]["S"],
        name=item["name"]["S"],
        version=int(item["version"]["N"]),
        status=item["status"]["S"],
        sha256=item.get("artifact_sha256", {}).get("S"),
        session_memory=int(item.get("session_memory_bytes", {}).get("N", 0)),
    )


def read_name(owner_id: str, name: str) -> Name | None:
    """One name's pointers; ``None`` when the owner never had a model of that name.

    Raises:
        Unavailable: DynamoDB does not answer.
    """
    item = _item(f"name#{owner_id}#{name}")
    if item is None:
        return None
    newest = item.get("newest_ready", {}).get("M")
    aliases = item.get("aliases", {}).get("M", {})
    return Name(
        versions=int(item.get("version_count", {}).get("N", 0)),
        newest_ready=newest["id"]["S"] if newest else None,
        aliases={alias: pointer["M"]["id"]["S"] for alias, pointer in aliases.items()},
    )


def find_version(owner_id: str, name: str, version: int) -> str | None:
    """The id of one version of a name; ``None`` when there is none.

    Raises:
        Unavailable: DynamoDB does not answer.
    """
    return _find_by_name(
        owner_id, name, " AND version = :version", {":version": {"N": str(version)}}
    )


def find_newest(owner_id: str, name: str) -> str | None:
    """The id of a name's highest version, ready or not; ``None`` when there is none.

    Raises:
        Unavailable: DynamoDB does not answer.
    """
    return _find_by_name(owner_id, name)


def _find_by_name(
    owner_id: str, name: str, condition: str = "", values: dict[str, Any] | None = None
) -> str | None:
    answer = _call(
        "Query",
        {
            "IndexName": "ByName",
            "KeyConditionExpression": f"owner_name = :name{condition}",
            "ExpressionAttributeValues": {":name": {"S": f"{owner_id}#{name}"}, **(values or {})},
            "ScanIndexForward": False,
            "Limit": 1,
        },
    )
    return next((item["pk"]["S"].removeprefix("model#") for item in answer["Items"]), None)


def _item(key: str) -> dict[str, Any] | None:
    # Consistent: a model just made ready, or an alias just moved, is seen at once.
    answer = _call("GetItem", {"Key": {"pk": {"S": key}}, "ConsistentRead": True})
    item: dict[str, Any] | None = answer.get("Item")
    return item


def _call(operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    try:
        return json_api.call(
            "dynamodb", operation, {"TableName": settings.models_table, **parameters}
        )
    except json_api.Declined as error:
        raise Unavailable from error
