"""Text that users enter as their own name and as names of keys."""

_JOINER = "\u200d"  # joins emoji and letters of several scripts, but isprintable() refuses it


def is_printable(text: str) -> bool:
    """Report whether the text prints on one line: no control characters, no lone surrogates."""
    return all(character.isprintable() or character == _JOINER for character in text)
