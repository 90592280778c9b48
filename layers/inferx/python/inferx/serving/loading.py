"""From an address to an open model: with no AWS call when it is warm, with two when it is cold."""

import os
from typing import NamedTuple

from inferx.errors import NotFound
from inferx.serving.model import Model
from inferx.serving.opening import FOLDER, Opener
from inferx.serving.routing import Router
from inferx.storage.signed.model_records import Record


class Loaded(NamedTuple):
    """A model that can predict now; ``cold`` if it had to be opened for this request."""

    record: Record
    model: Model
    cold: bool


class Models:
    """The models that this process serves.

    Args:
        memory_mb: the memory of the whole process, in MB.
        folder: where downloaded models are kept.
    """

    def __init__(self, memory_mb: int, folder: str | os.PathLike[str] = FOLDER) -> None:
        self._router = Router()
        self._opener = Opener(memory_mb, folder)

    def load(self, owner_id: str, address: str) -> Loaded:
        """Return the model that the owner means.

        Args:
            owner_id: the caller's user id.
            address: a model id, or one of the owner's own names, with an alias or a version.

        Raises:
            NotFound: there is no such model.
            Forbidden: it is another user's.
            NotReady: it cannot predict yet, or failed to convert.
            ArtifactMissing: its file is gone, or is not what the conversion made.
            Unavailable: AWS does not respond.
        """
        model_id = self._router.find(owner_id, address)
        try:
            return self._load(owner_id, model_id)
        except NotFound:
            self._opener.forget(model_id)
            # Where a name pointed a second ago may be deleted by now, and the name point elsewhere.
            current = self._router.find_again(owner_id, address)
            if current == model_id:
                raise
        return self._load(owner_id, current)

    def record(self, owner_id: str, address: str) -> Record:
        """Return the ready model's record as it is now; arguments and errors as :meth:`load`."""
        return self._router.read_record(owner_id, self._router.find_again(owner_id, address))

    def _load(self, owner_id: str, model_id: str) -> Loaded:
        record = self._router.known(owner_id, model_id)
        model = self._opener.opened(model_id)
        if record is not None and model is not None:
            return Loaded(record, model, cold=False)
        return Loaded(
            *self._opener.open(owner_id, model_id, lambda: self._router.record(owner_id, model_id))
        )
