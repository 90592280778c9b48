"""Which names changed on which day: what the nightly reconciliation has to look at.

Every transaction that counts or points writes the day on its name's item, and the index ``ByDay``
lists a day's names. So the nightly job reads what changed and scans nothing.
"""

from collections.abc import Iterator
from datetime import date
from zlib import crc32

from inferx.clock import now
from inferx.storage.item_keys import day_key, name_in
from inferx.storage.tables.models import NameItem

SHARDS = 8
"""One key of an index takes 1,000 writes a second, so a day's changes are spread over these.

Source: Amazon DynamoDB Developer Guide, "Best practices for designing partition keys".
"""


def today(owner_id: str) -> str:
    """Return what an owner's name item that changes now bears as ``changed_on``."""
    return day_key(now().date(), crc32(owner_id.encode()) % SHARDS)


def names_changed_on(day: date, shard: int) -> Iterator[tuple[str, str]]:
    """Yield the owner's id and the name of each name that last changed on this day.

    The index may lag behind its table by moments.

    Args:
        day: in UTC.
        shard: from 0 to below :data:`SHARDS`; all of an owner's names are in one.
    """
    for item in NameItem.by_day.query(day_key(day, shard)):
        yield name_in(item.pk)
