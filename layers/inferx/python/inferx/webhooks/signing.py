"""Signatures of webhooks, by the Standard Webhooks specification 1.0.0.

``standardwebhooks`` signs. It writes a time's clock face as if it were UTC's, so only times in UTC
are handed to it.
"""

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

_SECRET_BYTES = 32  # the specification asks for 24 to 64


def new_secret() -> str:
    """Return a new signing secret: ``whsec_`` and 256 random bits in Base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signature_headers(
    message_id: str, body: str, moment: datetime, keys: Sequence[str]
) -> dict[str, str]:
    """Return the three headers that let a receiver verify a request.

    Args:
        message_id: the same at each attempt, so that receivers can recognise repetitions.
        body: exactly as it is sent, in UTF-8.
        moment: of this attempt, with its time zone.
        keys: the secrets, one signature for each.
    """
    in_utc = moment.astimezone(UTC).replace(microsecond=0)
    signatures = [Webhook(key).sign(message_id, in_utc, body) for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(in_utc.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
