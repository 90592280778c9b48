"""JSON documents in Secrets Manager."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from inferx.storage import lean


def read_json(secret_id: str) -> Any:
    """The current value of a secret, parsed.

    Raises:
        Unavailable: Secrets Manager does not answer.
    """
    answer = lean.call("secretsmanager", "GetSecretValue", {"SecretId": secret_id})
    return json.loads(answer["SecretString"])


def write_json(secret_id: str, value: Mapping[str, Any]) -> None:
    """Make ``value`` the secret's current value.

    Raises:
        Unavailable: Secrets Manager does not answer.
    """
    change = {
        "SecretId": secret_id,
        "SecretString": json.dumps(value),
        "ClientRequestToken": str(uuid4()),
    }
    lean.call("secretsmanager", "PutSecretValue", change)
