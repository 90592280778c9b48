"""How text of a file is quoted in sentences."""


def shown(text: object, length: int = 80) -> str:
    """Return a text of a file for a sentence: short, and of printable characters alone.

    Args:
        text: of unknown origin.
        length: the most characters to return.
    """
    plain = "".join(
        letter if letter.isprintable() else "?" for letter in str(text)[: length + 1]
    ).replace("'", '"')
    return plain if len(plain) <= length else plain[: length - 1] + "…"
