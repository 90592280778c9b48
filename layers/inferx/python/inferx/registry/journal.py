"""Which names changed on which day: what the nightly reconciliation has to look at.

Every transaction that counts or points writes the day on its name's item, and the index
``ByDay`` lists a day's names. So the nightly run reads what changed and scans nothing.
"""

from collections.abc import Iterator
from datetime import date
from zlib import crc32

from inferx.clock import now
from inferx.storage.tables.models import NameItem

# One key of an index takes 1,000 writes a second (Amazon DynamoDB Developer Guide, "Best
# practices for designing partition keys"); a day's changes are spread over as many keys.
_SHARDS = 8


def today(owner_id: str) -> str:
    """What an owner's name item that changes now must bear as ``changed_on``."""
    return _key(now().date(), crc32(owner_id.encode()) % _SHARDS)


def names_changed_on(day: date) -> Iterator[tuple[str, str]]:
    """The owner and the name of each name whose last change was on this day (UTC)."""
    for shard in range(_SHARDS):
        for item in NameItem.by_day.query(_key(day, shard)):
            _, owner_id, name = item.pk.split("#", 2)
            yield owner_id, name


def _key(day: date, shard: int) -> str:
    return f"{day.isoformat()}#{shard}"
