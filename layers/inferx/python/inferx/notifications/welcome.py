"""The welcome mail, written when its request is taken from the queue."""

import html

from inferx.notifications.letter import Letter


def welcome_letter(full_name: str | None) -> Letter:
    """Return the welcome mail."""
    greeting = f"Hello {full_name}," if full_name else "Hello,"
    lines = [
        "your InferX account is ready.",
        "Log in, upload a trained model, and call it as an HTTPS API a moment later.",
        "If you did not register, an address was mistyped; you need not do anything.",
    ]
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in (greeting, *lines))
    return Letter(
        subject="Welcome to InferX",
        text="\n\n".join([greeting, *lines]) + "\n",
        html=f"<!doctype html><html><body>{paragraphs}</body></html>",
    )
