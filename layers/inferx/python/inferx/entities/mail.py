"""The message that asks for a mail, as it waits on the queue."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, cast, get_args

from inferx.errors import BadInput

type TicketPurpose = Literal["verification", "reset"]
type MailKind = Literal["welcome", "verification", "reset"]

_OF_OLDER_RELEASES = {"full_name"}


@dataclass(frozen=True, slots=True)
class MailRequest:
    """One mail to write and send. It holds no token: the mailer makes one when it writes the mail.

    Attributes:
        kind: which mail.
        recipient: the address that it is about; no representation shows it.
    """

    kind: MailKind
    recipient: str = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold; :meth:`from_dict` reads it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, message: object) -> "MailRequest":
        """Read a message.

        Raises:
            BadInput: it is not one that :meth:`to_dict` writes.
        """
        if not isinstance(message, dict) or message.keys() - _OF_OLDER_RELEASES != {
            "kind",
            "recipient",
        }:
            raise BadInput("The message does not ask for a mail.")
        kind, recipient = message["kind"], message["recipient"]
        if kind not in get_args(MailKind.__value__):
            raise BadInput("No mail is of this kind.")
        if not isinstance(recipient, str):
            raise BadInput("The recipient of a mail is text.")
        return cls(cast("MailKind", kind), recipient)
