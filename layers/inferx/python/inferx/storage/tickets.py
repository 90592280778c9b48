"""The repository of tickets, the tokens sent by mail.

Every read is consistent; every failure of DynamoDB is :class:`~inferx.errors.Unavailable`.
"""

from inferx.entities.credentials import Ticket
from inferx.entities.mail import TicketPurpose
from inferx.storage.item_keys import ticket_key
from inferx.storage.tables.credentials import TicketItem
from inferx.storage.transactions import Otherwise, Transaction


def put(ticket: Ticket) -> None:
    """Write a ticket in place of the user's earlier one for the same purpose."""
    TicketItem(
        ticket_key(ticket.purpose, ticket.user_id),
        secret_hash=ticket.secret_hash,
        epoch=ticket.epoch,
        expires_at=ticket.expires_at,
        ttl=ticket.expires_at,
    ).save()


def find(purpose: TicketPurpose, user_id: str) -> Ticket | None:
    """Return a user's ticket for a purpose, expired or not; ``None`` when there is none."""
    try:
        item = TicketItem.get(ticket_key(purpose, user_id), consistent_read=True)
    except TicketItem.DoesNotExist:
        return None
    return Ticket(
        purpose=purpose,
        user_id=user_id,
        secret_hash=item.secret_hash,
        epoch=int(item.epoch),
        expires_at=int(item.expires_at),
    )


def spend(transaction: Transaction, ticket: Ticket, *, otherwise: Otherwise) -> None:
    """Remove a ticket.

    Args:
        transaction: the one that does what the ticket allows.
        ticket: as read before.
        otherwise: what it means that it has been spent or replaced since it was read.
    """
    item = TicketItem(ticket_key(ticket.purpose, ticket.user_id))
    transaction.delete(item, TicketItem.secret_hash == ticket.secret_hash, otherwise=otherwise)
