"""The function's own AWS credentials: its role's, as Lambda passes them."""

import json
import os
from contextlib import closing
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from inferx.clock import now
from inferx.storage.signed.exchange import Busy, connect, exchange
from inferx.storage.signed.sigv4 import AwsCredentials

_MARGIN = timedelta(minutes=5)
_TIMEOUT_S = 2


class _Kept:
    """What the address served last."""

    credentials: AwsCredentials | None = None
    expires: datetime | None = None


_kept = _Kept()


def aws_credentials() -> AwsCredentials:
    """Return the credentials to sign with now.

    Lambda sets them in the environment or, for functions restored by SnapStart, serves them at
    an address (AWS SDKs and Tools Reference Guide, "Container credential provider").

    Raises:
        Unavailable: the address does not serve them.
    """
    address = os.environ.get("AWS_CONTAINER_CREDENTIALS_FULL_URI", "")
    if not address:
        return AwsCredentials(
            os.environ["AWS_ACCESS_KEY_ID"],
            os.environ["AWS_SECRET_ACCESS_KEY"],
            os.environ.get("AWS_SESSION_TOKEN", ""),
        )
    if _kept.credentials is None or _kept.expires is None or now() > _kept.expires - _MARGIN:
        _kept.credentials, _kept.expires = exchange(
            lambda seconds: _read(address, seconds), _TIMEOUT_S
        )
    return _kept.credentials


def _read(address: str, timeout_s: float) -> tuple[AwsCredentials, datetime]:
    url = urlsplit(address)
    token = os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN", "")
    path = f"{url.path}?{url.query}" if url.query else url.path
    with closing(connect(url.scheme, url.netloc, timeout_s)) as connection:
        connection.request("GET", path, headers={"authorization": token})
        response = connection.getresponse()
        content = response.read()
    if response.status != 200:
        raise Busy
    try:
        document = json.loads(content)
        credentials = AwsCredentials(
            document["AccessKeyId"], document["SecretAccessKey"], document["Token"]
        )
        return credentials, datetime.fromisoformat(document["Expiration"])
    except (ValueError, KeyError, TypeError):
        # Not chained: the parser's error would quote what it read.
        raise Busy from None
