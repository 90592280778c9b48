"""The Webhooks table: endpoints and the deliveries of events.

==================  =====================================================================
``owner#{id}``      the ids of an account's endpoints: :class:`OwnerItem`
``endpoint#{id}``   one endpoint: :class:`EndpointItem`
``delivery#{id}``   one event on its way to one address: :class:`DeliveryItem`
==================  =====================================================================

The index ``ByEndpoint`` (``endpoint_id``, ``created_at``), keys only, finds an endpoint's
deliveries; ``ByOwner`` (``owner_id``, ``pk``), keys only, an account's endpoints and deliveries,
those to callbacks of jobs included. DynamoDB deletes a delivery some time after its ``ttl``, in
seconds since 1970.
"""

from pynamodb.attributes import (
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from inferx.storage.tables.connection import TableMeta, TableModel


class ByEndpoint(GlobalSecondaryIndex["DeliveryItem"]):
    """An endpoint's deliveries, by time."""

    class Meta:
        """Keys only."""

        index_name = "ByEndpoint"
        projection = KeysOnlyProjection()

    endpoint_id = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)
    pk = UnicodeAttribute()


class ByOwner(GlobalSecondaryIndex["DeliveryItem"]):
    """An account's endpoints and deliveries, each kind together."""

    class Meta:
        """Keys only."""

        index_name = "ByOwner"
        projection = KeysOnlyProjection()

    owner_id = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class OwnerItem(TableModel):
    """The endpoints of an account; ``endpoints`` is absent when there are none."""

    class Meta(TableMeta):
        """The Webhooks table."""

        setting = "webhooks_table"

    pk = UnicodeAttribute(hash_key=True)
    endpoints = UnicodeSetAttribute(null=True)


class EndpointItem(TableModel):
    """One endpoint. Times are ISO 8601 in UTC."""

    class Meta(TableMeta):
        """The Webhooks table."""

        setting = "webhooks_table"

    pk = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute()
    owner_id = UnicodeAttribute()
    url = UnicodeAttribute()
    events = UnicodeSetAttribute()
    secret = UnicodeAttribute()
    previous_secret = UnicodeAttribute(null=True)
    previous_until = UnicodeAttribute(null=True)
    disabled_reason = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()


class DeliveryItem(TableModel):
    """One delivery. Times are ISO 8601 in UTC."""

    class Meta(TableMeta):
        """The Webhooks table."""

        setting = "webhooks_table"

    pk = UnicodeAttribute(hash_key=True)
    event_id = UnicodeAttribute()
    type = UnicodeAttribute()
    owner_id = UnicodeAttribute()
    endpoint_id = UnicodeAttribute(null=True)
    callback_url = UnicodeAttribute(null=True)
    callback_secret = UnicodeAttribute(null=True)
    body = UnicodeAttribute()
    status = UnicodeAttribute()
    attempts = NumberAttribute(default=0)
    attempts_before = NumberAttribute(default=0)
    is_claimed = BooleanAttribute(default=False)
    next_attempt_at = UnicodeAttribute(null=True)
    response_status = NumberAttribute(null=True)
    error = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()
    ttl = NumberAttribute()

    by_endpoint = ByEndpoint()
    by_owner = ByOwner()
