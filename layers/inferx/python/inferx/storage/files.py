"""Files of batches in the bucket: read as streams and ranges, joined by copies inside S3."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from inferx.errors import Conflict, Unavailable
from inferx.settings import settings
from inferx.storage import aws
from inferx.storage.objects import ObjectMissing

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_BLOCK = 1 << 20
_ATTEMPTS = 5
_ABSENT = {"NoSuchKey", "404"}
_CHANGED = {"PreconditionFailed", "412"}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One content of an object, and how many bytes it has.

    Attributes:
        etag: of the content; reading raises once the object has another. ``None`` for any.
    """

    key: str
    etag: str | None
    size: int


@contextmanager
def _s3() -> "Iterator[S3Client]":
    try:
        yield aws.s3_files()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _ABSENT:
            raise ObjectMissing from error
        if code in _CHANGED:
            raise Conflict("The file was replaced while the job ran.") from error
        raise Unavailable from error
    except BotoCoreError as error:
        raise Unavailable from error


def find(key: str) -> StoredFile:
    """Return an object's current version.

    Raises:
        ObjectMissing: there is none.
        Unavailable: S3 does not respond.
    """
    with _s3() as s3:
        head = s3.head_object(Bucket=settings.bucket, Key=key)
    return StoredFile(key, head["ETag"], int(head["ContentLength"]))


def read(file: StoredFile, start: int = 0, end: int | None = None) -> bytes:
    """Return the bytes of a file from ``start`` to ``end``, or to its end.

    Raises:
        Conflict: the object has another content by now.
        ObjectMissing, Unavailable: as :func:`find`.
    """
    return b"".join(stream(file, start, end))


def stream(file: StoredFile, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Yield the bytes of a file, and go on where a connection breaks off.

    Raises:
        Conflict: the object has another content by now.
        ObjectMissing, Unavailable: as :func:`find`.
    """
    end = file.size if end is None else min(end, file.size)
    failures = 0
    while start < end:
        try:
            for block in _blocks(file, start, end):
                start += len(block)
                yield block
        except HTTPClientError as error:
            failures += 1
            if failures == _ATTEMPTS:
                raise Unavailable from error


def _blocks(file: StoredFile, start: int, end: int) -> Iterator[bytes]:
    with _s3() as s3:
        response = s3.get_object(**_at(file), Range=f"bytes={start}-{end - 1}")
    try:
        yield from response["Body"].iter_chunks(_BLOCK)
    finally:
        response["Body"].close()


def write(key: str, content: bytes) -> None:
    """Write an object.

    Raises:
        Unavailable: S3 does not respond.
    """
    with _s3() as s3:
        s3.put_object(Bucket=settings.bucket, Key=key, Body=content)


class MultipartUpload:
    """An object that is put together from bytes and from ranges of others.

    Source: Amazon S3 User Guide, "Uploading and copying objects using multipart upload": parts
    are numbered from 1 to 10,000, and all but the last have at least 5 MiB.
    """

    def __init__(self, key: str) -> None:
        self._where: dict[str, Any] = {"Bucket": settings.bucket, "Key": key}
        with _s3() as s3:
            self._where["UploadId"] = s3.create_multipart_upload(**self._where)["UploadId"]

    def upload(self, number: int, content: bytes) -> str:
        """Add bytes as a part and return its tag."""
        with _s3() as s3:
            return s3.upload_part(**self._where, PartNumber=number, Body=content)["ETag"]

    def copy(self, number: int, file: StoredFile, start: int, end: int) -> str:
        """Add a range of another object as a part and return its tag."""
        with _s3() as s3:
            response = s3.upload_part_copy(
                **self._where,
                PartNumber=number,
                CopySource={"Bucket": settings.bucket, "Key": file.key},
                CopySourceRange=f"bytes={start}-{end - 1}",
            )
        return response["CopyPartResult"]["ETag"]

    def complete(self, tags: list[str]) -> None:
        """Make the object of its parts."""
        parts: Any = [{"PartNumber": at, "ETag": tag} for at, tag in enumerate(tags, 1)]
        with _s3() as s3:
            s3.complete_multipart_upload(**self._where, MultipartUpload={"Parts": parts})

    def abort(self) -> None:
        """Drop the parts."""
        with _s3() as s3:
            s3.abort_multipart_upload(**self._where)


def _at(file: StoredFile) -> dict[str, Any]:
    where = {"Bucket": settings.bucket, "Key": file.key}
    return where if file.etag is None else {**where, "IfMatch": file.etag}
