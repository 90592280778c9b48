"""What publishers ask of the Webhooks table, without pynamodb, which workers do without.

The item is that of :class:`inferx.storage.tables.webhooks.OwnerItem`.
"""

from inferx.errors import Unavailable
from inferx.settings import settings
from inferx.storage.item_keys import webhook_owner_pk
from inferx.storage.signed import json_api
from inferx.storage.signed.exchange import Declined


def has_endpoints(owner_id: str) -> bool:
    """Return whether the owner has any endpoint.

    Raises:
        Unavailable: DynamoDB does not respond.
    """
    parameters = {
        "TableName": settings.webhooks_table,
        "Key": {"pk": {"S": webhook_owner_pk(owner_id)}},
        "ProjectionExpression": "endpoints",
        "ConsistentRead": True,
    }
    try:
        output = json_api.call("dynamodb", "GetItem", parameters)
    except Declined as error:
        raise Unavailable from error
    return "endpoints" in output.get("Item", {})
