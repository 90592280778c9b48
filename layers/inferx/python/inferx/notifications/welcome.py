"""The welcome mail, written when its request is taken from the queue."""

from inferx.notifications.letter import Letter, letter


def welcome_letter() -> Letter:
    """Return the welcome mail."""
    return letter(
        "Welcome to InferX",
        [
            "your InferX account is ready.",
            "Log in, upload a trained model, and call it as an HTTPS API a moment later.",
            "If you did not register, an address was mistyped; you need not do anything.",
        ],
    )
