"""Converted models on their way from S3 to a session: through a bounded folder under /tmp.

The folder is the session cache's second level: opening an evicted model again reads no S3.
Every file is checked against the record's SHA-256 each time before it is opened.
"""

import hashlib
import os
import shutil
import threading
from http.client import HTTPException
from pathlib import Path
from typing import IO

from inferx.errors import ArtifactMissing, InferXError, Unavailable
from inferx.settings import settings
from inferx.storage.object_keys import model_key
from inferx.storage.signed import json_api, s3

_CHUNK = 1 << 20
# What S3 answers for an object that is not there: the last, when the role may not list.
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
        """Where the model's file is, or would be."""
        return self._folder / f"{model_id}.onnx"

    def fetch(self, owner_id: str, model_id: str) -> "Fetch":
        """Begin to read the model's object, unless its file is here already."""
        return Fetch(self, owner_id, model_id)

    def drop(self, model_id: str) -> None:
        """Forget the model's file, if there is one."""
        self.path(model_id).unlink(missing_ok=True)

    def download(self, owner_id: str, model_id: str) -> None:
        """Read the object into its file; the file appears whole or not at all.

        Raises:
            ArtifactMissing: the object is not in the bucket.
            Unavailable: S3 does not answer.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        key = model_key(owner_id, model_id)
        try:
            with s3.get_object(settings.bucket, key) as (size, content):
                self._keep(model_id, size, content)
        except json_api.Declined as error:
            if error.code in _ABSENT:
                raise ArtifactMissing from error
            raise Unavailable from error
        except (OSError, HTTPException) as error:  # it broke off on the way
            raise Unavailable from error

    def _keep(self, model_id: str, size: int, content: IO[bytes]) -> None:
        self._make_room(size)
        # A file that no reader looks for, and that nothing but this would ever remove.
        part = self._folder / f"{model_id}.part"
        try:
            with part.open("wb") as file:
                shutil.copyfileobj(content, file, _CHUNK)
            if part.stat().st_size != size:
                raise Unavailable
            part.replace(self.path(model_id))
        finally:
            part.unlink(missing_ok=True)

    def take(self, fetch: "Fetch", owner_id: str, model_id: str, sha256: str) -> Path:
        """The model's file, once the fetch has finished, after a look at its content.

        Raises:
            ArtifactMissing: there is no such object, or it is not what the conversion made.
            Unavailable: S3 does not answer.
        """
        fetch.check()
        try:
            return self._verified(model_id, sha256)
        except ArtifactMissing:
            if fetch.asked:
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


class Fetch:
    """One object being read in a thread of its own, while the caller reads the record."""

    def __init__(self, artifacts: Artifacts, owner_id: str, model_id: str) -> None:
        self._error: InferXError | None = None
        self._thread: threading.Thread | None = None
        if not artifacts.path(model_id).exists():
            arguments = (artifacts, owner_id, model_id)
            self._thread = threading.Thread(target=self._run, args=arguments, daemon=True)
            self._thread.start()

    def _run(self, artifacts: Artifacts, owner_id: str, model_id: str) -> None:
        try:
            artifacts.download(owner_id, model_id)
        except InferXError as error:
            self._error = error

    @property
    def asked(self) -> bool:
        """Whether S3 was asked, because the file was not here."""
        return self._thread is not None

    def finish(self) -> None:
        """Return when the reading has ended, well or badly."""
        if self._thread is not None:
            self._thread.join()

    def check(self) -> None:
        """Go on only if the file is here.

        Raises:
            ArtifactMissing: there is no such object.
            Unavailable: S3 does not answer.
        """
        if self._error is not None:
            raise self._error
