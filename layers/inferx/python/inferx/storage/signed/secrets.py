"""JSON documents in Secrets Manager."""

import json
from typing import Any

from inferx.storage.signed import json_api


def read_json(secret_id: str) -> Any:
    """The current value of a secret, parsed.

    Raises:
        Unavailable: Secrets Manager does not answer.
    """
    answer = json_api.call("secretsmanager", "GetSecretValue", {"SecretId": secret_id})
    return json.loads(answer["SecretString"])
