"""From an address to the record of the version that it means.

What was read is kept in the warm container. A version's record changes with its deletion and
its renaming alone, so it is kept for 30 seconds. Where a name or an alias points changes with
each new ready version, so that is kept for 2 seconds only: a new version serves that soon.
"""

from collections.abc import Callable
from time import monotonic

from inferx.errors import Forbidden, NotFound, NotReady
from inferx.ids import is_id
from inferx.serving.addresses import NO_MODEL, Address, parse_address
from inferx.serving.ttl_cache import TtlCache
from inferx.storage.signed import model_records
from inferx.storage.signed.model_records import Record

RECORD_SECONDS = 30
POINTER_SECONDS = 2
_NOT_YOURS = "You do not have permission to access this model"


class Router:
    """Finds the versions that addresses mean.

    Args:
        clock: returns the present time in seconds; for tests.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._records: TtlCache[str, Record] = TtlCache(clock)
        self._pointers: TtlCache[tuple[str, str], str] = TtlCache(clock)

    def find(self, owner_id: str, address: str) -> str:
        """Return the id of the version that the owner means.

        Args:
            owner_id: the caller's user id.
            address: a model id, or one of the owner's own names, with an alias or a version.

        Raises:
            NotFound: there is no such name, alias or version.
            NotReady: no version of the name is ready.
            Unavailable: DynamoDB does not respond.
        """
        if is_id(address):
            return address
        pointer = self._pointers.get((owner_id, address))
        if pointer is not None:
            return pointer
        parsed = parse_address(address)
        model_id = _read_pointer(owner_id, parsed)
        # A version keeps its number for ever.
        seconds = POINTER_SECONDS if parsed.version is None else RECORD_SECONDS
        self._pointers.put((owner_id, address), model_id, seconds)
        return model_id

    def find_again(self, owner_id: str, address: str) -> str:
        """Do the same as :meth:`find`, without what was kept."""
        self._pointers.drop((owner_id, address))
        return self.find(owner_id, address)

    def known(self, owner_id: str, model_id: str) -> Record | None:
        """Return a ready version's record if it was read less than 30 seconds ago.

        Raises:
            Forbidden: it is another user's.
        """
        record = self._records.get(model_id)
        if record is not None and record.owner_id != owner_id:
            raise Forbidden(_NOT_YOURS)
        return record

    def record(self, owner_id: str, model_id: str) -> Record:
        """Return a ready version's record, reading it unless it is known.

        Raises:
            NotFound: there is no such model.
            Forbidden: it is another user's.
            NotReady: it cannot predict yet, or failed to convert.
            Unavailable: DynamoDB does not respond.
        """
        return self.known(owner_id, model_id) or self.read_record(owner_id, model_id)

    def read_record(self, owner_id: str, model_id: str) -> Record:
        """Do the same as :meth:`record`, reading it in any case."""
        record = model_records.read_record(model_id)
        if record is None:
            raise NotFound(NO_MODEL)
        if record.owner_id != owner_id:
            raise Forbidden(_NOT_YOURS)
        if record.status != "ready":
            raise NotReady(f"The model is not ready: its status is {record.status}.")
        self._records.put(model_id, record, RECORD_SECONDS)
        return record


def _read_pointer(owner_id: str, address: Address) -> str:
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
    # With none ready, the newest version's own status shows the caller what to wait for.
    newest = name.newest_ready or model_records.find_newest(owner_id, address.name)
    if newest is None:
        raise NotReady(f"No version of {address.name!r} is ready.")
    return newest
