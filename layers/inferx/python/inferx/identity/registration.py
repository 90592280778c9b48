"""New accounts."""

from inferx import clock
from inferx.entities.users import User
from inferx.errors import Conflict, Fault, Invalid, Unavailable
from inferx.identity.emails import fold_email, normalize_email
from inferx.identity.limits import Limit, enforce
from inferx.identity.mail_queue import queue_mail
from inferx.identity.password_policy import password_fault
from inferx.identity.passwords import get_password_hash
from inferx.ids import new_id
from inferx.settings import settings
from inferx.storage import users
from inferx.storage.transactions import Transaction, transact
from inferx.telemetry.log import log


def register(email: str, password: str, full_name: str | None, ip: str) -> User:
    """Create a user and queue the welcome mail, or the one that verifies the address.

    One transaction claims the address and creates the user, so an address has at most one user,
    however many registrations run at once.

    Args:
        email: the address, as typed.
        password: as typed.
        full_name: the user's name, if given.
        ip: the address that the request comes from.

    Raises:
        Conflict: the address has a user already.
        Invalid: the address or the password is not acceptable.
        RateLimited: too many registrations have come from this IP address or its network.
        Unavailable: the store does not respond, or is too busy.
    """
    address = _checked(email, password)
    enforce(Limit("register", settings.registrations_per_hour, 3600), ip)
    user = User(
        id=new_id(),
        email=address,
        full_name=full_name,
        password_hash=get_password_hash(password),
        is_active=True,
        created_at=clock.now(),
    )

    def create(transaction: Transaction) -> None:
        taken = Conflict("Email already registered")
        users.add(transaction, user, fold_email(address), otherwise=taken)

    transact(create)
    _queue_mail(user)
    return user


def _queue_mail(user: User) -> None:
    try:
        queue_mail("verification" if settings.require_verified_email else "welcome", user.email)
    except Unavailable as error:
        # The account exists, so the registration has succeeded; a login sends another.
        log("warning", "a welcome mail could not be queued", owner_id=user.id, error=error)


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
