"""New accounts."""

from inferx import clock
from inferx.errors import Conflict, Fault, Invalid
from inferx.identity.emails import fold_email, normalize_email
from inferx.identity.password_policy import password_fault
from inferx.identity.passwords import get_password_hash
from inferx.identity.users import User, user_from
from inferx.ids import new_id
from inferx.notifications.welcome import queue_welcome
from inferx.storage.item_keys import email_key, user_key
from inferx.storage.tables.users import EmailItem, UserItem
from inferx.storage.transactions import Cancelled, Transaction, attempts


def register(email: str, password: str, full_name: str | None = None) -> User:
    """Create a user and queue the welcome mail.

    One transaction claims the address and creates the user, so an address has one user at most
    however many ask at once.

    Raises:
        Conflict: the address has a user already.
        Invalid: the address or the password is not acceptable.
        Unavailable: the store is too busy.
    """
    address = _checked(email, password)
    user_id = new_id()
    item = UserItem(
        user_key(user_id),
        id=user_id,
        email=address,
        full_name=full_name,
        password_hash=get_password_hash(password),
        created_at=clock.now(),
    )
    _create(item, EmailItem(email_key(fold_email(address)), user_id=user_id))
    queue_welcome(address, full_name)
    return user_from(item)


def _create(user: UserItem, claim: EmailItem) -> None:
    for _ in attempts():
        transaction = Transaction()
        transaction.put(claim, EmailItem.pk.does_not_exist())
        transaction.put(user, UserItem.pk.does_not_exist())
        try:
            return transaction.commit()
        except Cancelled as cancelled:
            if cancelled.failed:
                raise Conflict("Email already registered") from cancelled
    return None


def _checked(email: str, password: str) -> str:
    faults = []
    try:
        address = normalize_email(email)
    except ValueError as error:
        address = ""
        faults.append(Fault(("body", "email"), str(error)))
    fault = password_fault(password, address)
    if fault:
        faults.append(Fault(("body", "password"), fault))
    if faults:
        raise Invalid(faults)
    return address
