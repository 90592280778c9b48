"""Converted models on their way from S3 to a session: through a bounded folder under /tmp.

The folder is the session cache's second level: a closed model is opened again without S3.
Every file is checked against the record's SHA-256 each time before it is opened.
"""

import hashlib
import os
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import IO

from inferx.deadline import remaining
from inferx.errors import ArtifactMissing, Unavailable
from inferx.serving.fetch import Fetch
from inferx.settings import settings
from inferx.storage.object_keys import model_key
from inferx.storage.signed import s3
from inferx.storage.signed.exchange import Declined

_CHUNK = 1 << 18
# S3's codes for an object that does not exist: the last, when the role may not list.
_ABSENT = {"NoSuchKey", "AccessDenied"}


class Artifacts:
    """The folder of downloaded models.

    Args:
        folder: where; made when missing.
        capacity: bytes to keep at most; the least recently used files go first.
    """

    def __init__(self, folder: Path, capacity: int) -> None:
        self._folder = folder
        self._capacity = capacity

    def path(self, model_id: str) -> Path:
        """Return where the model's file is, or would be."""
        return self._folder / f"{model_id}.onnx"

    def fetch(self, owner_id: str, model_id: str) -> Fetch:
        """Begin to read the model's object, unless its file is here already."""
        if self.path(model_id).exists():
            return Fetch(None)
        return Fetch(partial(self.download, owner_id, model_id))

    def drop(self, model_id: str) -> None:
        """Remove the model's file, if there is one."""
        self.path(model_id).unlink(missing_ok=True)

    def download(self, owner_id: str, model_id: str) -> None:
        """Read the object into its file; the file appears whole or not at all.

        Raises:
            ArtifactMissing: the object is not in the bucket.
            Unavailable: S3 does not respond, or not in the invocation's time.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        key = model_key(owner_id, model_id)
        try:
            with s3.get_object(settings.bucket, key) as (size, content):
                self._keep(model_id, size, content)
        except Declined as error:
            if error.code in _ABSENT:
                raise ArtifactMissing from error
            raise Unavailable from error
        except (OSError, HTTPException) as error:  # it broke off on the way
            raise Unavailable from error

    def _keep(self, model_id: str, size: int, content: IO[bytes]) -> None:
        self._make_room(size)
        # A file under a name that nothing looks for, so it is removed here in any case.
        part = self._folder / f"{model_id}.part"
        try:
            with part.open("wb") as file:
                while chunk := content.read(_CHUNK):
                    file.write(chunk)
                    if not remaining(1):
                        raise Unavailable
            if part.stat().st_size != size:
                raise Unavailable
            part.replace(self.path(model_id))
        finally:
            part.unlink(missing_ok=True)

    def take(self, fetch: Fetch, owner_id: str, model_id: str, sha256: str) -> Path:
        """Return the model's file after a finished fetch, if its content is what it must be.

        Raises:
            ArtifactMissing: there is no such object, or it is not what the conversion made.
            Unavailable: S3 does not respond.
        """
        fetch.check()
        try:
            return self._verified(model_id, sha256)
        except ArtifactMissing:
            if fetch.downloaded:
                raise
        self.download(owner_id, model_id)  # only the copy kept here was damaged
        return self._verified(model_id, sha256)

    def _verified(self, model_id: str, sha256: str) -> Path:
        path = self.path(model_id)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != sha256:
            self.drop(model_id)
            raise ArtifactMissing
        os.utime(path)
        return path

    def _make_room(self, size: int) -> None:
        files = sorted(
            ((path.stat(), path) for path in self._folder.glob("*.onnx")),
            key=lambda found: found[0].st_mtime,
        )
        held = sum(status.st_size for status, _ in files)
        for status, path in files:
            if held + size <= self._capacity:
                return
            path.unlink(missing_ok=True)
            held -= status.st_size
