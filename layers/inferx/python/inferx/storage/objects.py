"""The bucket's objects: presigning, reading, writing and removing them."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from inferx.errors import Unavailable
from inferx.settings import settings
from inferx.storage import aws

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CHUNK = 1024**2


@dataclass(frozen=True)
class PresignedPost:
    """A browser-style upload: the form's address and its fields, the file to come last."""

    url: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Digest:
    """An object's size in bytes, the SHA-256 of its content in hex, and its version."""

    size: int
    sha256: str
    version: str | None


class ObjectMissing(Exception):
    """There is no such object, or no such version of it."""


@contextmanager
def _s3() -> "Iterator[S3Client]":
    try:
        yield aws.s3()
    except ClientError as error:
        if error.response["Error"]["Code"] in {"NoSuchKey", "NoSuchVersion", "404"}:
            raise ObjectMissing from error
        raise Unavailable from error
    except BotoCoreError as error:
        raise Unavailable from error


def presign_post(
    key: str, *, sizes: tuple[int, int], sha256: str | None, seconds: int
) -> PresignedPost:
    """Return a form that uploads one file to exactly this key, signed by this function's role.

    Source: Amazon S3 API Reference, "Creating an HTML form (using AWS Signature Version 4)".

    Args:
        key: the object's key.
        sizes: the smallest and the largest size allowed, in bytes.
        sha256: the content's SHA-256 in hex, when it is known: S3 then refuses any other.
        seconds: how long the form may be sent.

    Raises:
        Unavailable: the function has no credentials to sign with now.
    """
    fields: dict[str, str] = {}
    if sha256 is not None:
        fields["x-amz-checksum-algorithm"] = "SHA256"
        fields["x-amz-checksum-sha256"] = base64.b64encode(bytes.fromhex(sha256)).decode()
    conditions: list[object] = [{name: value} for name, value in fields.items()]
    conditions.append(["content-length-range", *sizes])
    with _s3() as s3:
        aws.require_credentials()
        post = s3.generate_presigned_post(
            settings.bucket, key, Fields=fields, Conditions=conditions, ExpiresIn=seconds
        )
    return PresignedPost(post["url"], post["fields"])


def presign_get(key: str, version: str | None, *, seconds: int) -> str:
    """Return a URL that reads one version of one object.

    Raises:
        Unavailable: as :func:`presign_post`.
    """
    with _s3() as s3:
        return s3.generate_presigned_url("get_object", _at(key, version), ExpiresIn=seconds)


def presign_put(key: str, *, seconds: int) -> str:
    """Return a URL that writes one object.

    Raises:
        Unavailable: as :func:`presign_post`.
    """
    with _s3() as s3:
        return s3.generate_presigned_url("put_object", _at(key, None), ExpiresIn=seconds)


def put(key: str, content: bytes) -> None:
    """Write an object.

    Raises:
        Unavailable: S3 does not respond.
    """
    with _s3() as s3:
        s3.put_object(Bucket=settings.bucket, Key=key, Body=content)


def digest(key: str, version: str | None = None, *, size: int | None = None) -> Digest:
    """Read an object through and return its size, checksum and version.

    Args:
        key: the object's.
        version: the current one unless given.
        size: in bytes, as expected; an object of another size is not read, its ``sha256`` empty.

    Raises:
        ObjectMissing: there is none.
        Unavailable: S3 does not respond.
    """
    with _s3() as s3:
        response = s3.get_object(**_at(key, version))
        found = int(response["ContentLength"])
        if size not in (None, found):
            response["Body"].close()
            return Digest(found, "", response.get("VersionId"))
        sha256 = hashlib.sha256()
        for chunk in response["Body"].iter_chunks(_CHUNK):
            sha256.update(chunk)
    return Digest(found, sha256.hexdigest(), response.get("VersionId"))


def delete_version(key: str, version: str | None) -> None:
    """Remove one version of an object for good; one that is not there is no error.

    Raises:
        Unavailable: S3 does not respond.
    """
    with _s3() as s3:
        s3.delete_object(**_at(key, version))


def delete_all(prefix: str) -> None:
    """Remove every version of every object under the prefix, and their delete markers.

    Raises:
        Unavailable: S3 does not respond, or kept some of them; call again.
    """
    with _s3() as s3:
        pages = s3.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=settings.bucket, Prefix=prefix):
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            named: list[Any] = [
                {"Key": each["Key"], "VersionId": each["VersionId"]} for each in found
            ]
            if not named:
                continue
            response = s3.delete_objects(
                Bucket=settings.bucket, Delete={"Objects": named, "Quiet": True}
            )
            if response.get("Errors"):
                raise Unavailable


def _at(key: str, version: str | None) -> dict[str, Any]:
    where = {"Bucket": settings.bucket, "Key": key}
    return where if version is None else {**where, "VersionId": version}
