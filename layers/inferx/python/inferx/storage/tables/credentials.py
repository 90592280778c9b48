"""The Credentials table: API keys, refresh-token families, tickets and counts.

No secret is kept, only hashes. Times are whole seconds since 1970, so that conditions can
compare them and readers without pynamodb understand them. DynamoDB deletes an item some time
after its ``ttl``, up to days late: what reads an item judges by its other times.

The index ``ByUser`` (``user_id``, ``pk``), keys only, finds a user's API keys and families, and the
counts of logins and of mails to an account, whose ``user_id`` is the digest of its address.
"""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from inferx.storage.tables.connection import TableMeta, TableModel


class ByUser(GlobalSecondaryIndex["ApiKeyItem"]):
    """What belongs to a user, whatever it is."""

    class Meta:
        """Keys only; an item without ``user_id`` is not in it."""

        index_name = "ByUser"
        projection = KeysOnlyProjection()

    user_id = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class ApiKeyItem(TableModel):
    """One API key; a revoked one is kept for a while, so that its use is reported as such.

    ``suspended_at`` is there while the owner's account is closed: the authorizer reads this item
    and not the owner's.
    """

    class Meta(TableMeta):
        """The Credentials table."""

        setting = "credentials_table"

    pk = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    name = UnicodeAttribute()
    prefix = UnicodeAttribute()
    scopes = UnicodeSetAttribute()
    secret_hash = UnicodeAttribute()
    created_at = NumberAttribute()
    expires_at = NumberAttribute(null=True)
    last_used_at = NumberAttribute(null=True)
    revoked_at = NumberAttribute(null=True)
    suspended_at = NumberAttribute(null=True)
    ttl = NumberAttribute(null=True)

    by_user = ByUser()


class FamilyItem(TableModel):
    """A refresh token and its successors, of which ``current_hash`` is the only good one.

    ``previous_hash``, ``salt`` and ``rotated_at`` let the last rotation's response be repeated.
    """

    class Meta(TableMeta):
        """The Credentials table."""

        setting = "credentials_table"

    pk = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute()
    epoch = NumberAttribute()
    current_hash = UnicodeAttribute()
    previous_hash = UnicodeAttribute(null=True)
    salt = UnicodeAttribute(null=True)
    rotated_at = NumberAttribute()
    created_at = NumberAttribute()
    expires_at = NumberAttribute()
    ttl = NumberAttribute()


class TicketItem(TableModel):
    """A token sent by mail, until it is spent."""

    class Meta(TableMeta):
        """The Credentials table."""

        setting = "credentials_table"

    pk = UnicodeAttribute(hash_key=True)
    secret_hash = UnicodeAttribute()
    epoch = NumberAttribute()
    expires_at = NumberAttribute()
    ttl = NumberAttribute()


class CounterItem(TableModel):
    """How often something happened, and when last; ``user_id`` as the module has it."""

    class Meta(TableMeta):
        """The Credentials table."""

        setting = "credentials_table"

    pk = UnicodeAttribute(hash_key=True)
    tally = NumberAttribute(default=0)
    last_at = NumberAttribute(default=0)
    user_id = UnicodeAttribute(null=True)
    ttl = NumberAttribute()
