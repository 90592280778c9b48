"""The Users table: the users, and each e-mail address's claim on one of them.

Two kinds of item share the table, so that one transaction writes both and an address belongs
to at most one user. The models' registry changes ``storage_bytes`` and ``model_count`` in its
own transactions.

The index ``ByRemoval`` (``removal``, ``removal_due_at``), keys only, finds the users whose accounts
are being removed.
"""

from pynamodb.attributes import (
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from inferx.storage.tables.connection import TableMeta, TableModel

REMOVAL = "due"
"""The hash key under which the index ``ByRemoval`` lists users."""


class ByRemoval(GlobalSecondaryIndex["UserItem"]):
    """The users whose accounts are being removed, by when no trace of them may be left."""

    class Meta:
        """Keys only; a user without ``removal`` is not in it."""

        index_name = "ByRemoval"
        projection = KeysOnlyProjection()

    removal = UnicodeAttribute(hash_key=True)
    removal_due_at = UnicodeAttribute(range_key=True)
    pk = UnicodeAttribute()


class UserItem(TableModel):
    """One user.

    ``session_epoch`` counts the password's changes: refresh tokens and tickets of an earlier epoch
    are dead. ``verified_at`` is absent until the user has shown that they read the address's mail.
    ``api_keys`` holds the ids of the API keys that are not revoked; absent when there are none.

    ``removal`` (always ``due``) and ``removal_due_at`` are there once the owner has had the account
    removed; the item itself is the last to go, from that time on.
    """

    class Meta(TableMeta):
        """The Users table."""

        setting = "users_table"

    pk = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute()
    email = UnicodeAttribute()
    full_name = UnicodeAttribute(null=True)
    password_hash = UnicodeAttribute()
    is_active = BooleanAttribute(default=True)
    created_at = UTCDateTimeAttribute()
    plan = UnicodeAttribute(default="free")
    storage_bytes = NumberAttribute(default=0)
    model_count = NumberAttribute(default=0)
    session_epoch = NumberAttribute(default=0)
    api_keys = UnicodeSetAttribute(null=True)
    verified_at = UTCDateTimeAttribute(null=True)
    removal = UnicodeAttribute(null=True)
    removal_due_at = UnicodeAttribute(null=True)

    by_removal = ByRemoval()


class EmailItem(TableModel):
    """An e-mail address's claim: the user that it belongs to."""

    class Meta(TableMeta):
        """The Users table."""

        setting = "users_table"

    pk = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute()
