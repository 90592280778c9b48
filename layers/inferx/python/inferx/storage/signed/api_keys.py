"""API keys as the authorizer reads them: raw items, since pynamodb would double its cold start.

The items are those of :class:`inferx.storage.tables.credentials.ApiKeyItem`.
"""

from dataclasses import dataclass
from typing import Any

from inferx.settings import settings
from inferx.storage.signed import json_api


@dataclass(frozen=True, slots=True)
class ApiKeyRecord:
    """What decides whether an API key opens anything; times are seconds since 1970."""

    user_id: str
    scopes: frozenset[str]
    secret_hash: str
    expires_at: int | None
    last_used_at: int
    is_revoked: bool


def find_api_key(key_id: str) -> ApiKeyRecord | None:
    """The key's record as it is now (a consistent read); ``None`` when there is no such key."""
    answer = json_api.call(
        "dynamodb",
        "GetItem",
        {"TableName": settings.credentials_table, "Key": _key(key_id), "ConsistentRead": True},
    )
    item = answer.get("Item")
    if not item:
        return None
    return ApiKeyRecord(
        user_id=item["user_id"]["S"],
        scopes=frozenset(item["scopes"]["SS"]),
        secret_hash=item["secret_hash"]["S"],
        expires_at=int(item["expires_at"]["N"]) if "expires_at" in item else None,
        last_used_at=int(item["last_used_at"]["N"]) if "last_used_at" in item else 0,
        is_revoked="revoked_at" in item,
    )


def record_use(key_id: str, moment: int, unless_since: int) -> None:
    """Note when a key was used, unless somebody noted it since ``unless_since``."""
    update = {
        "TableName": settings.credentials_table,
        "Key": _key(key_id),
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
        json_api.call("dynamodb", "UpdateItem", update)
    except json_api.Declined as declined:
        if declined.code != "ConditionalCheckFailedException":
            raise


def _key(key_id: str) -> dict[str, Any]:
    return {"pk": {"S": f"key#{key_id}"}}
