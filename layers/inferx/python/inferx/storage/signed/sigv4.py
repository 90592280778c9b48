"""Signatures of requests to AWS, in the standard library alone.

Source: AWS Identity and Access Management User Guide, "Create a signed AWS API request".
Tests compare the signatures with botocore's.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple


class AwsCredentials(NamedTuple):
    """An access key, with the session token of a role's temporary one."""

    access_key: str
    secret_key: str
    session_token: str = ""


def sign(
    headers: Mapping[str, str],
    body: bytes,
    *,
    service: str,
    region: str,
    credentials: AwsCredentials,
    moment: datetime,
    method: str = "POST",
    path: str = "/",
) -> dict[str, str]:
    """Return the headers of a request, with its signature among them.

    Args:
        headers: the headers to sign, names in lower case, ``host`` among them.
        body: the request's bytes.
        service: the service's signing name, such as ``dynamodb``.
        region: the region that the request goes to.
        credentials: whose request it is.
        moment: the present time, in UTC.
        method: the request's.
        path: the request's, percent-encoded as it is sent; without a query.
    """
    stamp = moment.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    signed = {**headers, "x-amz-date": stamp}
    if credentials.session_token:
        signed["x-amz-security-token"] = credentials.session_token
    names = ";".join(sorted(signed))
    lines = "".join(f"{name}:{signed[name].strip()}\n" for name in sorted(signed))
    canonical = f"{method}\n{path}\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"AWS4{credentials.secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    signed["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope}, "
        f"SignedHeaders={names}, Signature={signature}"
    )
    return signed
