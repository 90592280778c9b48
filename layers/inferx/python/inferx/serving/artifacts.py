"""Converted models on their way from S3 to a session: through a bounded folder under /tmp.

The folder is the session cache's second level: a closed model is opened again without S3.
Every file is checked against the record's SHA-256 each time before it is opened.

Several processes may share the folder (Lambda managed instances). So what one of them works on has
a name of its own: a file that is written, and a second name (a hard link) of a file that is read,
which another process may remove meanwhile. It is the only file of a folder, so that a graph that
names external data, which conversions refuse, would find no other model's.

Not pathlib here and in what else a cold start imports: it takes two milliseconds of it.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.client import HTTPException
from typing import IO

from inferx.deadline import remaining
from inferx.errors import ArtifactMissing, Unavailable
from inferx.serving.fetch import Fetch, remove
from inferx.settings import settings
from inferx.storage.object_keys import model_key
from inferx.storage.signed import s3
from inferx.storage.signed.exchange import Declined

_CHUNK = 1 << 18
_KEPT, _HELD = ".onnx", ".held"
_ALONE = "model.onnx"
_ABANDONED_S = 900  # a process that held a file for longer, the longest invocation, has ended
# S3's codes for an object that does not exist: the last, when the role may not list.
_ABSENT = {"NoSuchKey", "AccessDenied"}


class Artifacts:
    """The folder of downloaded models.

    Args:
        folder: where; made when missing.
        capacity: bytes to keep at most; the least recently used files go first.
    """

    def __init__(self, folder: str | os.PathLike[str], capacity: int) -> None:
        self._folder = os.fspath(folder)
        self._capacity = capacity

    def path(self, model_id: str) -> str:
        """Return where the model's file is, or would be."""
        return os.path.join(self._folder, model_id + _KEPT)

    def fetch(self, owner_id: str, model_id: str) -> Fetch:
        """Begin to read the model's object, unless its file is here already."""
        if os.path.exists(self.path(model_id)):
            return Fetch(None)
        return Fetch(partial(self.download, owner_id, model_id))

    def drop(self, model_id: str) -> None:
        """Remove the model's file, if there is one."""
        with suppress(FileNotFoundError):
            os.unlink(self.path(model_id))

    @contextmanager
    def taken(self, fetch: Fetch, owner_id: str, model_id: str, sha256: str) -> Iterator[str]:
        """Yield the model's file, once it is fetched, if its content is what it must be.

        Nothing changes or removes the file under the path that is yielded.

        Raises:
            ArtifactMissing: there is no such object, or it is not what the conversion made.
            Unavailable: S3 does not respond.
        """
        held = fetch.result()
        try:
            if held is None:
                held = self._held(model_id)
                if held is None or not _is(held, sha256):
                    # The copy kept here was damaged, or another process has removed it.
                    remove(held)
                    held = self.download(owner_id, model_id)
            if not _is(held, sha256):
                self.drop(model_id)
                raise ArtifactMissing
            os.utime(held)  # of the file under either name
            yield held
        finally:
            remove(held)

    def download(self, owner_id: str, model_id: str) -> str:
        """Read the object into its file; the file appears whole or not at all.

        Returns:
            A second name of the file, for the caller alone to read and remove.

        Raises:
            ArtifactMissing: the object is not in the bucket.
            Unavailable: S3 does not respond, or not in the invocation's time.
        """
        os.makedirs(self._folder, exist_ok=True)
        key = model_key(owner_id, model_id)
        try:
            with s3.get_object(settings.bucket, key) as (size, content):
                held = self._written(size, content)
            self._publish(held, model_id)
        except Declined as error:
            if error.code in _ABSENT:
                raise ArtifactMissing from error
            raise Unavailable from error
        except (OSError, HTTPException) as error:  # it broke off on the way
            raise Unavailable from error
        return held

    def _written(self, size: int, content: IO[bytes]) -> str:
        self._make_room(size)
        held = self._new_place()
        try:
            with open(held, "wb") as file:
                file.truncate(size)  # so that other processes count it from the beginning
                _copy(content, file, size)
        except BaseException:
            remove(held)
            raise
        return held

    def _publish(self, held: str, model_id: str) -> None:
        second = os.path.join(os.path.dirname(held), _KEPT)
        os.link(held, second)
        os.replace(second, self.path(model_id))

    def _held(self, model_id: str) -> str | None:
        """Return a second name of the model's file; ``None`` where it is not here any more."""
        held = self._new_place()
        try:
            os.link(self.path(model_id), held)
        except FileNotFoundError:
            remove(held)
            return None
        return held

    def _new_place(self) -> str:
        alone = os.path.join(self._folder, os.urandom(12).hex() + _HELD)
        os.mkdir(alone)
        return os.path.join(alone, _ALONE)

    def _make_room(self, size: int) -> None:
        """Remove files until there is room for so many bytes, the least recently used first."""
        found: dict[int, os.stat_result] = {}
        kept = []
        for entry in os.scandir(self._folder):
            with suppress(FileNotFoundError):  # another process may be removing files too
                is_kept = entry.name.endswith(_KEPT)
                path = entry.path if is_kept else os.path.join(entry.path, _ALONE)
                status = os.stat(path)
                found[status.st_ino] = status
                if is_kept:
                    kept.append((status.st_mtime, status.st_size, path))
                elif time.time() - status.st_mtime > _ABANDONED_S:
                    remove(path)
        held = sum(status.st_size for status in found.values())
        for _, freed, path in sorted(kept):
            if held + size <= self._capacity:
                return
            with suppress(FileNotFoundError):
                os.unlink(path)
            held -= freed


def _copy(content: IO[bytes], file: IO[bytes], size: int) -> None:
    while chunk := content.read(_CHUNK):
        file.write(chunk)
        if not remaining(1):
            raise Unavailable
    if file.tell() != size:
        raise Unavailable


def _is(path: str, sha256: str) -> bool:
    # Not hashlib.file_digest: it fills a buffer of 256 KB with zeros, however small the file.
    found = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest() == sha256
