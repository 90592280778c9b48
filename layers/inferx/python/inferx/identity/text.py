"""Text that people name themselves and their keys with."""

_JOINER = "\u200d"  # joins emoji and letters of several scripts; isprintable() does not know it


def is_printable(text: str) -> bool:
    """Whether all of it shows on one line: no control characters, no halves of surrogate pairs."""
    return all(character.isprintable() or character == _JOINER for character in text)
