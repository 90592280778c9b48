"""The message that asks for a mail, as it waits on the queue."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, cast, get_args

from inferx.errors import BadInput

type MailKind = Literal["welcome"]


@dataclass(frozen=True, slots=True)
class MailRequest:
    """One mail to write and send.

    Attributes:
        kind: which mail.
        recipient: the address that it goes to; no representation shows it.
        full_name: the recipient's name, for the greeting; no representation shows it.
    """

    kind: MailKind
    recipient: str = field(repr=False)
    full_name: str | None = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold; :meth:`from_dict` reads it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, message: object) -> "MailRequest":
        """Read a message.

        Raises:
            BadInput: it is not one that :meth:`to_dict` writes.
        """
        if not isinstance(message, dict) or message.keys() != {"kind", "recipient", "full_name"}:
            raise BadInput("The message does not ask for a mail.")
        kind, recipient, full_name = (message[name] for name in ("kind", "recipient", "full_name"))
        if kind not in get_args(MailKind.__value__):
            raise BadInput("No mail is of this kind.")
        if not isinstance(recipient, str) or not isinstance(full_name, str | None):
            raise BadInput("The recipient and the name of a mail are text.")
        return cls(cast("MailKind", kind), recipient, full_name)
