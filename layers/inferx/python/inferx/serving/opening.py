"""From a version's record to its open model: the object, its file, the session.

A session stays open until its memory is needed. Opening is single-flight: of all who wait for
a model that is not open, one reads and opens it, and the others find what it opened. Other models
are read meanwhile.
"""

import os
from collections.abc import Callable

from inferx.capacity import ARTIFACT_BYTES, MEBIBYTE, REQUEST_MB
from inferx.errors import Broken
from inferx.serving import memory
from inferx.serving.artifacts import Artifacts
from inferx.serving.fetch import Fetch
from inferx.serving.flights import Flights
from inferx.serving.model import Model, threads_for
from inferx.serving.sessions import SessionCache
from inferx.storage.signed.model_records import Record

FOLDER = "/tmp/inferx"  # noqa: S108 - Lambda's only writable disk, private to the container


class Opener:
    """Opens models and keeps them open.

    Args:
        memory_mb: the memory of the whole process, in MB.
        folder: where downloaded models are kept.
    """

    def __init__(self, memory_mb: int, folder: str | os.PathLike[str]) -> None:
        self._threads = threads_for(memory_mb)
        capacity = (memory_mb - REQUEST_MB) * MEBIBYTE - memory.resident()
        self._sessions = SessionCache(capacity)
        self._artifacts = Artifacts(folder, ARTIFACT_BYTES)
        self._flights = Flights()

    def opened(self, model_id: str) -> Model | None:
        """Return the open model; ``None`` when it is not open."""
        return self._sessions.get(model_id)

    def open(
        self, owner_id: str, model_id: str, read_record: Callable[[], Record]
    ) -> tuple[Record, Model, bool]:
        """Open a model, reading its object while its record is read.

        Args:
            owner_id: the caller's user id. With the model's id it gives the object's key, so
                that both reads can start at once; for another user's model there is nothing.
            model_id: its id.
            read_record: returns its record, or raises what forbids to use it.

        Returns:
            The record; the model; and whether it was not open before.

        Raises:
            ArtifactMissing: its file is gone, or is not what the conversion made.
            Unavailable: AWS does not respond.
        """
        with self._flights.of((owner_id, model_id)):
            model = self._sessions.get(model_id)
            if model is not None:
                return read_record(), model, False
            with self._artifacts.fetch(owner_id, model_id) as fetch:
                record = read_record()
                return record, self._open(record, fetch), True

    def _open(self, record: Record, fetch: Fetch) -> Model:
        if record.sha256 is None:
            raise Broken
        with self._artifacts.taken(fetch, record.owner_id, record.id, record.sha256) as path:
            return self._sessions.open(
                record.id, record.session_memory, lambda: Model(path, threads=self._threads)
            )

    def forget(self, model_id: str) -> None:
        """Close a model that was deleted, and remove its file."""
        self._sessions.drop(model_id)
        self._artifacts.drop(model_id)
