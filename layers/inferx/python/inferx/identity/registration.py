"""New accounts."""

from inferx import clock
from inferx.entities.mail import MailRequest
from inferx.entities.users import User
from inferx.errors import Conflict, Fault, Invalid, Unavailable
from inferx.identity.emails import fold_email, normalize_email
from inferx.identity.password_policy import password_fault
from inferx.identity.passwords import get_password_hash
from inferx.ids import new_id
from inferx.settings import settings
from inferx.storage import users
from inferx.storage.queues import send_json
from inferx.storage.transactions import Transaction, transact
from inferx.telemetry.log import log


def register(email: str, password: str, full_name: str | None = None) -> User:
    """Create a user and queue the welcome mail.

    One transaction claims the address and creates the user, so an address has at most one user,
    however many registrations run at once.

    Raises:
        Conflict: the address has a user already.
        Invalid: the address or the password is not acceptable.
        Unavailable: the store does not respond, or is too busy.
    """
    address = _checked(email, password)
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
    _queue_welcome(user)
    return user


def _queue_welcome(user: User) -> None:
    request = MailRequest("welcome", recipient=user.email, full_name=user.full_name)
    try:
        send_json(settings.mail_queue_url, request.to_dict())
    except Unavailable as error:
        # The account exists, so the registration has succeeded; only the mail is lost.
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
