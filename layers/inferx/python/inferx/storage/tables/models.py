"""The Models table: model versions, their names, and what has still to be removed.

Four kinds of item share the table, each with its own form of key:

========================  ==========================================================
``model#{id}``            one version: :class:`ModelItem`
``name#{owner}#{name}``   one name of one owner: :class:`NameItem`
``tombstone#{id}``        an ended version whose objects may remain: :class:`TombstoneItem`
``turns#{owner}``         an owner's conversions that run or wait: :class:`TurnsItem`
========================  ==========================================================

Four indexes, all of them keys only: they find items, which are then read from the table itself,
consistently and in batches. So a change of status is written once, and paging past a thousand
models reads a thousand keys, not a thousand manifests.

==========  =============================  ===============================================
index       key                            finds
==========  =============================  ===============================================
``ByOwner``  ``owner_id``, ``id``            an owner's versions, in the order of their creation;
                                         under ``names#{owner}`` the owner's names
``ByName``   ``owner_name``, ``version``     a name's versions
``ByDue``    ``owner_id``, ``due_at``        what of an owner's must have ended by a time
``ByDay``    ``changed_on``, ``pk``          the names that changed on a day
==========  =============================  ===============================================
"""

import json
import zlib
from typing import Any

from pynamodb.attributes import (
    Attribute,
    ListAttribute,
    MapAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from inferx.storage.tables.connection import TableMeta, TableModel


class PackedJson(Attribute[dict[str, Any]]):
    """A JSON object, deflated (``zlib``): a wide model's manifest shrinks twentyfold."""

    attr_type = "B"

    def serialize(self, value: dict[str, Any]) -> bytes:
        """Return the object's compressed JSON."""
        return zlib.compress(json.dumps(value, separators=(",", ":")).encode())

    def deserialize(self, value: bytes) -> dict[str, Any]:
        """Return the object again."""
        unpacked: dict[str, Any] = json.loads(zlib.decompress(value))
        return unpacked


class IntegerAttribute(Attribute[int]):
    """A whole number."""

    attr_type = "N"

    def serialize(self, value: int) -> str:
        """Return the number in digits, as DynamoDB takes it."""
        return str(int(value))

    def deserialize(self, value: str) -> int:
        """Return the number again."""
        return int(value)


class ByOwner(GlobalSecondaryIndex["ModelItem"]):
    """An owner's models; ids sort by time (UUID version 7)."""

    class Meta:
        """Keys only."""

        index_name = "ByOwner"
        projection = KeysOnlyProjection()

    owner_id = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    pk = UnicodeAttribute()


class ByName(GlobalSecondaryIndex["ModelItem"]):
    """A name's versions."""

    class Meta:
        """Keys only."""

        index_name = "ByName"
        projection = KeysOnlyProjection()

    owner_name = UnicodeAttribute(hash_key=True)
    version = IntegerAttribute(range_key=True)
    pk = UnicodeAttribute()


class ByDue(GlobalSecondaryIndex["ModelItem"]):
    """Reservations, conversions and removals, by when each must have ended."""

    class Meta:
        """Keys only; an item without ``due_at`` is not in it."""

        index_name = "ByDue"
        projection = KeysOnlyProjection()

    owner_id = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)
    pk = UnicodeAttribute()


class ByDay(GlobalSecondaryIndex["NameItem"]):
    """The names that changed on a day: what the nightly reconciliation looks at."""

    class Meta:
        """Keys only."""

        index_name = "ByDay"
        projection = KeysOnlyProjection()

    changed_on = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class ModelItem(TableModel):
    """One version of a named model.

    ``object_version`` pins the uploaded object that is (or was) converted; ``artifact_*``
    describe the converted ``model.onnx``, stored at ``storage.object_keys.model_key``. Times are
    ISO 8601 in UTC. ``manifest`` is ``inferx.manifest.Manifest.to_dict()``, present when ready;
    ``input_hints`` is ``inferx.input_hints.InputHints.to_dict()``, where there are any.
    """

    class Meta(TableMeta):
        """The Models table."""

        setting = "models_table"

    pk = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute()
    owner_id = UnicodeAttribute()
    owner_name = UnicodeAttribute()
    name = UnicodeAttribute()
    version = IntegerAttribute()
    description = UnicodeAttribute(null=True)
    model_type = UnicodeAttribute()
    status = UnicodeAttribute()
    file_name = UnicodeAttribute()
    part = UnicodeAttribute(null=True)
    samples_size = IntegerAttribute(null=True)
    input_hints = PackedJson(null=True)
    file_size = IntegerAttribute(null=True)
    sha256 = UnicodeAttribute(null=True)
    counted_bytes = IntegerAttribute(default=0)
    object_version = UnicodeAttribute(null=True)
    converting_since = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    manifest = PackedJson(null=True)
    artifact_size = IntegerAttribute(null=True)
    artifact_sha256 = UnicodeAttribute(null=True)
    artifact_version = UnicodeAttribute(null=True)
    session_memory_bytes = IntegerAttribute(null=True)
    warnings: ListAttribute[str] = ListAttribute(default=list)
    error = UnicodeAttribute(null=True)
    aliases = UnicodeSetAttribute(null=True)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    by_owner = ByOwner()
    by_name = ByName()
    by_due = ByDue()


class NameItem(TableModel):
    """One name of one owner; it outlives its versions, so that no number is given out twice.

    ``newest_ready`` is ``{"id", "version"}``; ``aliases`` maps each alias to the like.
    ``revision`` counts the changes of both: what is decided from them is written on condition
    that it has not moved. ``owner_id`` is ``names#{owner}`` and ``id`` the name, for ``ByOwner``.
    """

    class Meta(TableMeta):
        """The Models table."""

        setting = "models_table"

    pk = UnicodeAttribute(hash_key=True)
    owner_id = UnicodeAttribute(null=True)
    id = UnicodeAttribute(null=True)
    last_version = IntegerAttribute(default=0)
    version_count = IntegerAttribute(default=0)
    newest_ready: MapAttribute[str, Any] = MapAttribute(null=True)
    aliases: MapAttribute[str, Any] = MapAttribute(null=True)
    revision = IntegerAttribute(default=0)
    changed_on = UnicodeAttribute()

    by_day = ByDay()


class TombstoneItem(TableModel):
    """A version that was deleted, or failed to convert, whose objects may not all be gone."""

    class Meta(TableMeta):
        """The Models table."""

        setting = "models_table"

    pk = UnicodeAttribute(hash_key=True)
    owner_id = UnicodeAttribute()
    due_at = UnicodeAttribute()


class TurnsItem(TableModel):
    """One owner's conversions: pairs of a version's id and a time, of those that wait in order.

    The item is there while one runs or waits. ``revision`` changes with each change: what is
    decided from the item is written on condition that it has not moved.
    """

    class Meta(TableMeta):
        """The Models table."""

        setting = "models_table"

    pk = UnicodeAttribute(hash_key=True)
    running: ListAttribute[list[str]] = ListAttribute(default=list)
    waiting: ListAttribute[list[str]] = ListAttribute(default=list)
    revision = UnicodeAttribute()
