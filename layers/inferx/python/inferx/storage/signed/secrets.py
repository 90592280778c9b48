"""JSON documents in Secrets Manager."""

import json
from typing import Any

from inferx.errors import Unavailable
from inferx.storage.signed import json_api
from inferx.storage.signed.exchange import Declined


def read_json(secret_id: str) -> Any:
    """Return the current value of a secret, parsed.

    Raises:
        Unavailable: Secrets Manager does not give it.
    """
    try:
        output = json_api.call("secretsmanager", "GetSecretValue", {"SecretId": secret_id})
    except Declined as error:
        raise Unavailable from error
    return json.loads(output["SecretString"])
