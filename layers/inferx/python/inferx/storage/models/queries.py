"""Finding versions by the Models table's indexes.

The indexes hold keys only and may lag behind the table by moments: read what they find with
:mod:`inferx.storage.models.versions` before deciding anything from it.
"""

from collections.abc import Iterator
from datetime import datetime

from inferx.clock import iso
from inferx.entities.models import Overdue
from inferx.storage.item_keys import id_in, is_tombstone, owner_name_key
from inferx.storage.tables.models import ModelItem


def ids_of_owner(owner_id: str, *, at_most: int | None = None) -> Iterator[str]:
    """Yield the ids of an owner's versions, the newest first."""
    found = ModelItem.by_owner.query(owner_id, scan_index_forward=False, limit=at_most)
    return (id_in(entry.pk) for entry in found)


def ids_of_name(
    owner_id: str, name: str, *, at_most: int | None = None, page_size: int | None = None
) -> Iterator[str]:
    """Yield the ids of a name's versions, the highest version first.

    Args:
        owner_id: the name's owner.
        name: the name.
        at_most: how many ids.
        page_size: how many are read at once; DynamoDB's own page unless given.
    """
    found = ModelItem.by_name.query(
        owner_name_key(owner_id, name),
        scan_index_forward=False,
        limit=at_most,
        page_size=page_size,
    )
    return (id_in(entry.pk) for entry in found)


def id_of_version(owner_id: str, name: str, version: int) -> str | None:
    """Return the id of one version of a name; ``None`` when there is none."""
    found = ModelItem.by_name.query(
        owner_name_key(owner_id, name), ModelItem.version == version, limit=1
    )
    return next((id_in(entry.pk) for entry in found), None)


def overdue(owner_id: str, moment: datetime, *, at_most: int) -> list[Overdue]:
    """Return what of an owner's should have ended by this moment, the oldest first."""
    found = ModelItem.by_due.query(owner_id, ModelItem.due_at <= iso(moment), limit=at_most)
    return [
        Overdue(id_in(entry.pk), "tombstone" if is_tombstone(entry.pk) else "version")
        for entry in found
    ]
