"""The bucket when S3 is out of order, or the function has no credentials to sign with."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    ReadTimeoutError,
)
from botocore.response import StreamingBody

from inferx.errors import Unavailable
from inferx.storage import aws, objects

KEY = "uploads/owner/model/iris.pkl"
FAILURES: list[Exception] = [
    EndpointConnectionError(endpoint_url="https://s3"),
    ReadTimeoutError(endpoint_url="https://s3"),
    NoCredentialsError(),
    ClientError({"Error": {"Code": "SlowDown"}}, "AnyOperation"),
    ClientError({"Error": {"Code": "AccessDenied"}}, "AnyOperation"),
    ClientError({"Error": {"Code": "NoSuchBucket"}}, "AnyOperation"),
]
CALLS: dict[str, Callable[[], object]] = {
    "put": lambda: objects.put(KEY, b"content"),
    "digest": lambda: objects.digest(KEY),
    "delete one": lambda: objects.delete_version(KEY, "1"),
    "delete all": lambda: objects.delete_all("uploads/"),
}
PRESIGNED: dict[str, Callable[[], object]] = {
    "post": lambda: objects.presign_post(KEY, sizes=(1, 9), sha256=None, seconds=60),
    "get": lambda: objects.presign_get(KEY, "1", seconds=60),
    "put": lambda: objects.presign_put(KEY, seconds=60),
}


def respond(monkeypatch: pytest.MonkeyPatch, outcome: Exception | dict[str, Any]) -> None:
    """Let every call to S3 fail, or return this."""

    def call(_: str, __: Any) -> dict[str, Any]:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(aws.s3(), "_make_api_call", call)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_failing_call_is_unavailable(
    monkeypatch: pytest.MonkeyPatch, call: Callable[[], object]
) -> None:
    for failure in FAILURES:
        respond(monkeypatch, failure)

        with pytest.raises(Unavailable):
            call()


@pytest.mark.parametrize("code", ["NoSuchKey", "NoSuchVersion", "404"])
def test_an_object_that_is_not_there_is_missing(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    respond(monkeypatch, ClientError({"Error": {"Code": code}}, "GetObject"))

    with pytest.raises(objects.ObjectMissing):
        objects.digest(KEY)


def test_a_body_that_breaks_off_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    respond(monkeypatch, {"ContentLength": 9, "Body": StreamingBody(BytesIO(b"half"), 9)})

    with pytest.raises(Unavailable) as failure:
        objects.digest(KEY)

    assert isinstance(failure.value.__cause__, IncompleteReadError)


def test_objects_that_s3_keeps_are_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {"Versions": [{"Key": KEY, "VersionId": "1"}], "Errors": [{"Key": KEY}]}
    respond(monkeypatch, kept)

    with pytest.raises(Unavailable):
        objects.delete_all("uploads/")


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Return the environment of a function that has lost its credentials."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    aws.forget()
    yield
    aws.forget()


@pytest.mark.usefixtures("no_credentials")
@pytest.mark.parametrize("presign", PRESIGNED.values(), ids=PRESIGNED)
def test_presigning_without_credentials_is_unavailable(presign: Callable[[], object]) -> None:
    with pytest.raises(Unavailable) as failure:
        presign()

    assert isinstance(failure.value.__cause__, NoCredentialsError)
