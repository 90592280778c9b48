"""An account's webhook endpoints: created, listed, given a new secret, deleted."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from inferx import clock
from inferx.entities.webhooks import Endpoint
from inferx.errors import Conflict, Forbidden, NotFound
from inferx.ids import is_id, new_id
from inferx.storage.transactions import Transaction, transact
from inferx.storage.webhooks import endpoints
from inferx.webhooks import signing
from inferx.webhooks.checking import check_url

MOST_ENDPOINTS = 20
PREVIOUS_SECRET_SIGNS = timedelta(hours=24)


def create(owner_id: str, url: str, events: Iterable[str]) -> Endpoint:
    """Create an endpoint with a new secret.

    Raises:
        Invalid: webhooks do not go to this URL.
        Conflict: the account has as many endpoints as it may.
    """
    check_url(url, field="url")
    endpoint = Endpoint(
        id=new_id(),
        owner_id=owner_id,
        url=url,
        events=tuple(sorted(set(events))),
        secret=signing.new_secret(),
        created_at=clock.now(),
    )
    full = Conflict(f"An account has at most {MOST_ENDPOINTS} webhooks; delete one first.")

    def add(transaction: Transaction) -> None:
        endpoints.add(transaction, endpoint, most=MOST_ENDPOINTS, otherwise=full)

    transact(add)
    return endpoint


def owned(owner_id: str, endpoint_id: str) -> Endpoint:
    """Return the caller's own endpoint.

    Raises:
        NotFound: there is no such endpoint.
        Forbidden: it is another user's.
    """
    endpoint = endpoints.find(endpoint_id) if is_id(endpoint_id) else None
    if endpoint is None:
        raise NotFound("Webhook not found")
    if endpoint.owner_id != owner_id:
        raise Forbidden("You do not have permission to access this webhook")
    return endpoint


def rotate(owner_id: str, endpoint_id: str) -> Endpoint:
    """Give an endpoint a new secret; the one it had signs beside it for 24 hours.

    Raises:
        NotFound, Forbidden: as :func:`owned`.
        Conflict: it was rotated at the same time.
    """
    endpoint = owned(owner_id, endpoint_id)
    secret, until = signing.new_secret(), clock.now() + PREVIOUS_SECRET_SIGNS
    if not endpoints.rotate(endpoint, secret, previous_until=until):
        raise Conflict("The secret has just been rotated by another request.")
    return replace(endpoint, secret=secret, previous_secret=endpoint.secret, previous_until=until)


def delete(owner_id: str, endpoint_id: str) -> None:
    """Delete an endpoint; what was on its way to it is not sent any more.

    Raises:
        NotFound, Forbidden: as :func:`owned`.
    """
    endpoint = owned(owner_id, endpoint_id)
    transact(lambda transaction: endpoints.remove(transaction, endpoint))


def of_owner(owner_id: str) -> list[Endpoint]:
    """Return the account's endpoints, the newest first."""
    return endpoints.of_owner(owner_id)
