"""Model records as predictions need them, read from the Models table.

The table is defined and written in :mod:`inferx.storage.tables.models`. This reads the same
items without pynamodb, whose import costs a cold start more than the read itself; a test
proves that records written by one are read by the other.
"""

from typing import Any, NamedTuple

from inferx.errors import Unavailable
from inferx.settings import settings
from inferx.storage.item_keys import id_in, model_pk, name_pk, owner_name_key
from inferx.storage.signed import json_api
from inferx.storage.signed.exchange import Declined


class Record(NamedTuple):
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


class Name(NamedTuple):
    """Where a name's movable pointers point: model ids."""

    versions: int
    newest_ready: str | None
    aliases: dict[str, str]


def read_record(model_id: str) -> Record | None:
    """Return the record of one model version; ``None`` if there is none.

    Raises:
        Unavailable: DynamoDB does not give it.
    """
    item = _item(model_pk(model_id))
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
    """Return one name's pointers; ``None`` if the owner never had a model of that name.

    Raises:
        Unavailable: DynamoDB does not give them.
    """
    item = _item(name_pk(owner_id, name))
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
    """Return the id of one version of a name; ``None`` if there is none.

    Raises:
        Unavailable: DynamoDB does not give it.
    """
    return _find_by_name(
        owner_id, name, " AND version = :version", {":version": {"N": str(version)}}
    )


def find_newest(owner_id: str, name: str) -> str | None:
    """Return the id of a name's highest version, ready or not; ``None`` if there is none.

    Raises:
        Unavailable: DynamoDB does not give it.
    """
    return _find_by_name(owner_id, name)


def _find_by_name(
    owner_id: str, name: str, condition: str = "", values: dict[str, Any] | None = None
) -> str | None:
    key = {":name": {"S": owner_name_key(owner_id, name)}}
    output = _call(
        "Query",
        {
            "IndexName": "ByName",
            "KeyConditionExpression": f"owner_name = :name{condition}",
            "ExpressionAttributeValues": {**key, **(values or {})},
            "ScanIndexForward": False,
            "Limit": 1,
        },
    )
    return next((id_in(item["pk"]["S"]) for item in output["Items"]), None)


def _item(key: str) -> dict[str, Any] | None:
    # Consistent: a model just made ready, or an alias just moved, is seen at once.
    output = _call("GetItem", {"Key": {"pk": {"S": key}}, "ConsistentRead": True})
    item: dict[str, Any] | None = output.get("Item")
    return item


def _call(operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    try:
        return json_api.call(
            "dynamodb", operation, {"TableName": settings.models_table, **parameters}
        )
    except Declined as error:
        raise Unavailable from error
