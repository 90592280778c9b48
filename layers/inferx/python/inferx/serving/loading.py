"""From an address to an open model: with no AWS call when it is warm, with two when it is cold.

The record is believed for 30 seconds, so a deleted model, a moved alias or a new version shows
within that time. The session stays open until its memory is needed.
"""

import threading
from pathlib import Path
from typing import NamedTuple

from inferx.errors import Broken, Forbidden, NotFound, NotReady
from inferx.serving import memory
from inferx.serving.addresses import NO_MODEL, Address, parse_address
from inferx.serving.artifacts import Artifacts, Fetch
from inferx.serving.model import Model, threads_for
from inferx.serving.sessions import SessionCache
from inferx.serving.ttl_cache import TtlCache
from inferx.storage.signed import model_records
from inferx.storage.signed.model_records import Record

RECORD_SECONDS = 30

_MB = 1 << 20
_REQUESTS = 128 * _MB  # for one request's body, its rows as Python objects and its answer
_FOLDER = Path("/tmp/inferx")  # noqa: S108 - Lambda's only writable disk, private to the container
_FOLDER_BYTES = 400 * _MB  # of the 512 MB that Lambda gives it
_NOT_READY = "The model is not ready: its status is {}."


class Loaded(NamedTuple):
    """A model that can answer now."""

    record: Record
    model: Model
    cold: bool


class Models:
    """The models that this process answers for.

    Args:
        memory_mb: the memory of the whole process, in MB.
        folder: where downloaded models are kept.
    """

    def __init__(self, memory_mb: int, folder: Path = _FOLDER) -> None:
        self._threads = threads_for(memory_mb)
        self._sessions = SessionCache(memory_mb * _MB - memory.resident() - _REQUESTS)
        self._artifacts = Artifacts(folder, _FOLDER_BYTES)
        self._known: TtlCache[tuple[str, str], Record] = TtlCache(RECORD_SECONDS)
        self._loading = threading.Lock()

    def load(self, owner_id: str, address: str) -> Loaded:
        """The model that the owner means.

        Args:
            owner_id: the caller's user id.
            address: a model id, or one of the owner's own names, with an alias or a version.

        Raises:
            NotFound: there is no such model.
            Forbidden: it is another user's.
            NotReady: it cannot answer yet, or failed to convert.
            ArtifactMissing: its file is gone, or is not what the conversion made.
            Unavailable: AWS does not answer.
        """
        record = self._known.get((owner_id, address))
        if record is not None:
            model = self._sessions.get(record.id)
            if model is not None:
                return Loaded(record, model, cold=False)
        with self._loading:  # one flight for all who wait for the same model
            return self._load_cold(owner_id, address)

    def record(self, owner_id: str, address: str) -> Record:
        """The ready model's record, without opening it; arguments and errors as :meth:`load`."""
        return self._ready(owner_id, self._id_of(owner_id, parse_address(address)))

    def _load_cold(self, owner_id: str, address: str) -> Loaded:
        known = self._known.get((owner_id, address))
        model_id = known.id if known else self._id_of(owner_id, parse_address(address))
        model = self._sessions.get(model_id)
        # The id and the caller tell where the object would be, so both reads start at once; a
        # stranger's guess finds nothing there.
        fetch = None if model else self._artifacts.fetch(owner_id, model_id)
        try:
            record = known or self._ready(owner_id, model_id)
        finally:
            if fetch is not None:
                fetch.finish()
        if known is None:
            self._known.put((owner_id, address), record)
        if model is not None:
            return Loaded(record, model, cold=False)
        assert fetch is not None
        return Loaded(record, self._open(record, fetch), cold=True)

    def _open(self, record: Record, fetch: Fetch) -> Model:
        if record.sha256 is None:
            raise Broken
        path = self._artifacts.take(fetch, record.owner_id, record.id, record.sha256)
        return self._sessions.open(
            record.id, record.session_memory, lambda: Model(path, threads=self._threads)
        )

    def _ready(self, owner_id: str, model_id: str) -> Record:
        record = model_records.read_record(model_id)
        if record is None:
            self._forget(model_id)
            raise NotFound(NO_MODEL)
        if record.owner_id != owner_id:
            raise Forbidden("You do not have permission to access this model")
        if record.status != "ready":
            raise NotReady(_NOT_READY.format(record.status))
        return record

    def _forget(self, model_id: str) -> None:
        self._sessions.drop(model_id)
        self._artifacts.drop(model_id)

    def _id_of(self, owner_id: str, address: Address) -> str:
        if address.id is not None:
            return address.id
        if address.version is not None:
            found = model_records.find_version(owner_id, address.name, address.version)
            if found is None:
                raise NotFound(f"There is no version {address.version} of {address.name!r}.")
            return found
        name = model_records.read_name(owner_id, address.name)
        if name is None or not name.versions:
            raise NotFound(f"You have no model named {address.name!r}.")
        if address.alias is not None:
            if address.alias not in name.aliases:
                raise NotFound(f"{address.name!r} has no alias {address.alias!r}.")
            return name.aliases[address.alias]
        # With none ready, the newest version's own status tells the caller what to wait for.
        newest = name.newest_ready or model_records.find_newest(owner_id, address.name)
        if newest is None:
            raise NotReady(f"No version of {address.name!r} is ready.")
        return newest
