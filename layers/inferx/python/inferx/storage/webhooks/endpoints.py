"""The repository of webhook endpoints."""

from datetime import datetime

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import size as size_of
from pynamodb.expressions.update import Action

from inferx.clock import iso
from inferx.entities.webhooks import Endpoint
from inferx.storage.item_keys import endpoint_pk, webhook_owner_pk
from inferx.storage.tables.webhooks import EndpointItem, OwnerItem
from inferx.storage.transactions import Otherwise, Transaction


def add(transaction: Transaction, endpoint: Endpoint, *, most: int, otherwise: Otherwise) -> None:
    """Write a new endpoint, on condition that the account has fewer than ``most``."""
    has_room = OwnerItem.endpoints.does_not_exist() | (size_of(OwnerItem.endpoints) < most)
    item = EndpointItem(
        endpoint_pk(endpoint.id),
        id=endpoint.id,
        owner_id=endpoint.owner_id,
        url=endpoint.url,
        events=set(endpoint.events),
        secret=endpoint.secret,
        created_at=iso(endpoint.created_at),
    )
    transaction.put(item, EndpointItem.pk.does_not_exist())
    transaction.update(
        OwnerItem,
        webhook_owner_pk(endpoint.owner_id),
        [OwnerItem.endpoints.add({endpoint.id})],
        has_room,
        otherwise=otherwise,
    )


def find(endpoint_id: str) -> Endpoint | None:
    """Return the endpoint with this id; ``None`` when there is none."""
    try:
        return _endpoint(EndpointItem.get(endpoint_pk(endpoint_id), consistent_read=True))
    except EndpointItem.DoesNotExist:
        return None


def of_owner(owner_id: str) -> list[Endpoint]:
    """Return an account's endpoints, the newest first."""
    try:
        owner = OwnerItem.get(webhook_owner_pk(owner_id), consistent_read=True)
    except OwnerItem.DoesNotExist:
        return []
    keys = [endpoint_pk(each) for each in owner.endpoints or ()]
    found = [_endpoint(item) for item in EndpointItem.batch_get(keys, consistent_read=True)]
    return sorted(found, key=lambda endpoint: endpoint.id, reverse=True)


def remove(transaction: Transaction, endpoint: Endpoint) -> None:
    """Delete an endpoint; one that is gone is no error."""
    transaction.delete(EndpointItem(endpoint_pk(endpoint.id)))
    transaction.update(
        OwnerItem,
        webhook_owner_pk(endpoint.owner_id),
        [OwnerItem.endpoints.delete({endpoint.id})],
    )


def rotate(endpoint: Endpoint, secret: str, *, previous_until: datetime) -> bool:
    """Replace an endpoint's secret, and keep the one it had for a while.

    Returns:
        Whether it was done; not when the secret has changed, or the endpoint gone, since it was
        read.
    """
    actions: list[Action] = [
        EndpointItem.secret.set(secret),
        EndpointItem.previous_secret.set(endpoint.secret),
        EndpointItem.previous_until.set(iso(previous_until)),
    ]
    try:
        EndpointItem(endpoint_pk(endpoint.id)).update(
            actions, condition=EndpointItem.secret == endpoint.secret
        )
    except UpdateError:  # the one failure that is not Unavailable: the condition
        return False
    return True


def disable(endpoint_id: str, reason: str) -> None:
    """Record why nothing is sent to an endpoint any more; one that is gone is no error."""
    actions: list[Action] = [EndpointItem.disabled_reason.set(reason)]
    try:
        EndpointItem(endpoint_pk(endpoint_id)).update(actions, condition=EndpointItem.pk.exists())
    except UpdateError:  # the one failure that is not Unavailable: the condition
        return


def _endpoint(item: EndpointItem) -> Endpoint:
    until = item.previous_until
    return Endpoint(
        id=item.id,
        owner_id=item.owner_id,
        url=item.url,
        events=tuple(sorted(item.events)),
        secret=item.secret,
        created_at=datetime.fromisoformat(item.created_at),
        previous_secret=item.previous_secret,
        previous_until=None if until is None else datetime.fromisoformat(until),
        disabled_reason=item.disabled_reason,
    )
