"""The bucket's objects: presigning, reading, writing and removing them."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from inferx.errors import Unavailable
from inferx.settings import settings
from inferx.storage import aws

_CHUNK = 1024**2


@dataclass(frozen=True)
class StoredObject:
    """One object that S3 reports as stored.

    Attributes:
        key: where it lies.
        version: its version's id.
        size: in bytes.
    """

    key: str
    version: str
    size: int


@dataclass(frozen=True)
class PresignedPost:
    """A browser-style upload: the form's address and its fields, the file to come last."""

    url: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Digest:
    """What an object's content is: its size in bytes, its SHA-256 in hex, its version."""

    size: int
    sha256: str
    version: str | None


class ObjectMissing(Exception):
    """There is no such object, or no such version of it."""


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in {"NoSuchKey", "NoSuchVersion", "404"}:
            raise ObjectMissing from error
        raise Unavailable from error
    except BotoCoreError as error:
        raise Unavailable from error


def presign_post(
    key: str, *, sizes: tuple[int, int], sha256: str | None, seconds: int
) -> PresignedPost:
    """A form that uploads one file to exactly this key, once signed by this function's role.

    Source: Amazon S3 API Reference, "Creating an HTML form (using AWS Signature Version 4)".

    Args:
        key: the object's key.
        sizes: the smallest and the largest size allowed, in bytes.
        sha256: the content's SHA-256 in hex, when it is known: S3 then refuses any other.
        seconds: how long the form may be sent.
    """
    fields: dict[str, str] = {}
    if sha256 is not None:
        fields["x-amz-checksum-algorithm"] = "SHA256"
        fields["x-amz-checksum-sha256"] = base64.b64encode(bytes.fromhex(sha256)).decode()
    conditions: list[object] = [{name: value} for name, value in fields.items()]
    conditions.append(["content-length-range", *sizes])
    post = aws.s3().generate_presigned_post(
        settings.bucket, key, Fields=fields, Conditions=conditions, ExpiresIn=seconds
    )
    return PresignedPost(post["url"], post["fields"])


def presign_get(key: str, version: str | None, *, seconds: int) -> str:
    """A URL that reads one version of one object."""
    parameters = _at(key, version)
    return aws.s3().generate_presigned_url("get_object", parameters, ExpiresIn=seconds)


def presign_put(key: str, *, seconds: int) -> str:
    """A URL that writes one object."""
    parameters = {"Bucket": settings.bucket, "Key": key}
    return aws.s3().generate_presigned_url("put_object", parameters, ExpiresIn=seconds)


def put(key: str, content: bytes) -> None:
    """Write an object.

    Raises:
        Unavailable: S3 does not answer.
    """
    with _answering():
        aws.s3().put_object(Bucket=settings.bucket, Key=key, Body=content)


def digest(key: str, version: str | None = None, *, size: int | None = None) -> Digest:
    """Read an object through and tell what it is.

    Args:
        key: the object's.
        version: the current one unless given.
        size: in bytes, as expected; an object of another size is not read, its ``sha256`` empty.

    Raises:
        ObjectMissing: there is none.
        Unavailable: S3 does not answer.
    """
    with _answering():
        answer = aws.s3().get_object(**_at(key, version))
        found = int(answer["ContentLength"])
        if size not in (None, found):
            answer["Body"].close()
            return Digest(found, "", answer.get("VersionId"))
        sha256 = hashlib.sha256()
        for chunk in answer["Body"].iter_chunks(_CHUNK):
            sha256.update(chunk)
    return Digest(found, sha256.hexdigest(), answer.get("VersionId"))


def delete_version(key: str, version: str | None) -> None:
    """Remove one version of an object for good; one that is not there is no error.

    Raises:
        Unavailable: S3 does not answer.
    """
    with _answering():
        aws.s3().delete_object(**_at(key, version))


def delete_all(prefix: str) -> None:
    """Remove every version of every object under the prefix, and their delete markers.

    Raises:
        Unavailable: S3 does not answer, or kept some of them; call again.
    """
    with _answering():
        pages = aws.s3().get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=settings.bucket, Prefix=prefix):
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            named: list[Any] = [
                {"Key": each["Key"], "VersionId": each["VersionId"]} for each in found
            ]
            if not named:
                continue
            answer = aws.s3().delete_objects(
                Bucket=settings.bucket, Delete={"Objects": named, "Quiet": True}
            )
            if answer.get("Errors"):
                raise Unavailable


def _at(key: str, version: str | None) -> dict[str, Any]:
    where = {"Bucket": settings.bucket, "Key": key}
    return where if version is None else {**where, "VersionId": version}
