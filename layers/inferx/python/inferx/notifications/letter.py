"""A mail's content."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject, and the same message as plain text and as HTML."""

    subject: str
    text: str
    html: str
