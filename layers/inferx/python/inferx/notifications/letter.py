"""A mail's content: our own sentences only, and nothing that a user chose."""

import html
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject, and the same message as plain text and as HTML."""

    subject: str
    text: str
    html: str


def letter(subject: str, lines: Sequence[str]) -> Letter:
    """Return a mail of a greeting and some paragraphs; a line that is a URL becomes a link."""
    lines = ["Hello,", *lines]
    paragraphs = "".join(f"<p>{_markup(line)}</p>" for line in lines)
    return Letter(
        subject=subject,
        text="\n\n".join(lines) + "\n",
        html=f"<!doctype html><html><body>{paragraphs}</body></html>",
    )


def _markup(line: str) -> str:
    text = html.escape(line)
    return f'<a href="{text}">{text}</a>' if line.startswith(("https://", "http://")) else text
