"""Text that users enter as their own name and as names of keys."""

import re
import unicodedata

_JOINER = "\u200d"  # joins emoji and letters of several scripts, but isprintable() refuses it
# What mail programs and browsers turn into links: a scheme, an address, a path, a host's name.
# U+3002 and U+FF61 separate the labels of a host's name, too (RFC 3490, section 3.1).
_LINK = re.compile(r"://|@|/|\\|\bwww\.|\w[.\u3002\uff61]\w{2}", re.IGNORECASE)


def is_printable(text: str) -> bool:
    """Report whether the text prints on one line: no control characters, no lone surrogates."""
    return all(character.isprintable() or character == _JOINER for character in text)


def holds_link(text: str) -> bool:
    """Report whether any part of the text might be shown as a web or e-mail address."""
    return _LINK.search(unicodedata.normalize("NFKC", text)) is not None
