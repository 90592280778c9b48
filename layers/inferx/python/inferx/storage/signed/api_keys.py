"""API keys as the authorizer reads them: raw items, since pynamodb would double its cold start.

The items are those of :class:`inferx.storage.tables.credentials.ApiKeyItem`.
"""

from dataclasses import dataclass
from typing import Any

from inferx.errors import Unavailable
from inferx.settings import settings
from inferx.storage.item_keys import api_key_key
from inferx.storage.signed import json_api
from inferx.storage.signed.exchange import Declined


@dataclass(frozen=True, slots=True)
class ApiKeyRecord:
    """What decides whether an API key opens anything; times are seconds since 1970."""

    user_id: str
    scopes: frozenset[str]
    secret_hash: str
    expires_at: int | None
    last_used_at: int
    is_revoked: bool
    is_suspended: bool


def find_api_key(key_id: str) -> ApiKeyRecord | None:
    """Return the key's record as it is now (a consistent read); ``None`` if there is no such key.

    Raises:
        Unavailable: DynamoDB does not give it.
    """
    try:
        output = _call("GetItem", key_id, {"ConsistentRead": True})
    except Declined as error:
        raise Unavailable from error
    item = output.get("Item")
    if not item:
        return None
    return ApiKeyRecord(
        user_id=item["user_id"]["S"],
        scopes=frozenset(item["scopes"]["SS"]),
        secret_hash=item["secret_hash"]["S"],
        expires_at=int(item["expires_at"]["N"]) if "expires_at" in item else None,
        last_used_at=int(item["last_used_at"]["N"]) if "last_used_at" in item else 0,
        is_revoked="revoked_at" in item,
        is_suspended="suspended_at" in item,
    )


def record_use(key_id: str, moment: int, unless_since: int) -> None:
    """Record when a key was used, unless a use since ``unless_since`` is recorded already.

    Raises:
        Unavailable: DynamoDB does not take it.
    """
    update = {
        "UpdateExpression": "SET last_used_at = :now",
        "ConditionExpression": (
            "attribute_exists(pk) AND (attribute_not_exists(last_used_at) OR last_used_at < :since)"
        ),
        "ExpressionAttributeValues": {
            ":now": {"N": str(moment)},
            ":since": {"N": str(unless_since)},
        },
    }
    try:
        _call("UpdateItem", key_id, update)
    except Declined as error:
        if error.code != "ConditionalCheckFailedException":
            raise Unavailable from error


def _call(operation: str, key_id: str, parameters: dict[str, Any]) -> dict[str, Any]:
    key = {"pk": {"S": api_key_key(key_id)}}
    table = settings.credentials_table
    return json_api.call("dynamodb", operation, {"TableName": table, "Key": key, **parameters})
