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


def owners_changed_on(day: date) -> Iterator[str]:
    """The owners of the names whose last change was on this day (UTC), each once."""
    for shard in range(_SHARDS):
        seen = set()
        for item in NameItem.by_day.query(_key(day, shard)):
            owner_id = item.pk.split("#", 2)[1]
            if owner_id not in seen:
                seen.add(owner_id)
                yield owner_id


def _key(day: date, shard: int) -> str:
    return f"{day.isoformat()}#{shard}"
