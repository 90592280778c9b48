"""Users as the authorizer reads them: whether an account is open, without pynamodb.

The item is that of :class:`inferx.storage.tables.users.UserItem`.
"""

from inferx.errors import Unavailable
from inferx.settings import settings
from inferx.storage.item_keys import user_key
from inferx.storage.signed import json_api
from inferx.storage.signed.exchange import Declined


def is_open(user_id: str) -> bool:
    """Return whether there is such a user, whose account is not closed (a consistent read).

    Raises:
        Unavailable: DynamoDB does not give it.
    """
    parameters = {
        "TableName": settings.users_table,
        "Key": {"pk": {"S": user_key(user_id)}},
        "ProjectionExpression": "is_active",
        "ConsistentRead": True,
    }
    try:
        output = json_api.call("dynamodb", "GetItem", parameters)
    except Declined as error:
        raise Unavailable from error
    return bool(output.get("Item", {}).get("is_active", {}).get("BOOL", False))
