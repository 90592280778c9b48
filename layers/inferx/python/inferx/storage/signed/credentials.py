"""The function's own AWS credentials: its role's, as Lambda hands them to it."""

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection
from urllib.parse import urlsplit

from inferx.clock import now
from inferx.storage.signed.sigv4 import AwsCredentials

_MARGIN = timedelta(minutes=5)
_TIMEOUT_S = 2


@dataclass
class _Kept:
    credentials: AwsCredentials | None = None
    expires: datetime | None = None


_kept = _Kept()


def aws_credentials() -> AwsCredentials:
    """The credentials to sign with now.

    Lambda sets them in the environment, or, for functions restored by SnapStart, gives an
    address to ask (AWS SDKs and Tools Reference Guide, "Container credential provider").
    """
    address = os.environ.get("AWS_CONTAINER_CREDENTIALS_FULL_URI", "")
    if not address:
        return AwsCredentials(
            os.environ["AWS_ACCESS_KEY_ID"],
            os.environ["AWS_SECRET_ACCESS_KEY"],
            os.environ.get("AWS_SESSION_TOKEN", ""),
        )
    if _kept.credentials is None or _kept.expires is None or now() > _kept.expires - _MARGIN:
        _kept.credentials, _kept.expires = _ask(address)
    return _kept.credentials


def _ask(address: str) -> tuple[AwsCredentials, datetime]:
    url = urlsplit(address)
    connection = HTTPConnection(url.netloc, timeout=_TIMEOUT_S)
    token = os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN", "")
    path = f"{url.path}?{url.query}" if url.query else url.path
    connection.request("GET", path, headers={"authorization": token})
    told = json.loads(connection.getresponse().read())
    connection.close()
    credentials = AwsCredentials(told["AccessKeyId"], told["SecretAccessKey"], told["Token"])
    return credentials, datetime.fromisoformat(told["Expiration"])
