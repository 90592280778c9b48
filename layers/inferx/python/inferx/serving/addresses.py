"""How a request addresses a model by one of the caller's own names, instead of by its id."""

from typing import NamedTuple

from inferx.errors import NotFound

NO_MODEL = "There is no such model."
_LONGEST_NAME = 100


class Address(NamedTuple):
    """A name with at most one of alias and version; without, its newest ready version."""

    name: str
    alias: str | None = None
    version: int | None = None


def parse_address(text: str) -> Address:
    """Read ``{name}``, ``{name}@{alias}`` or ``{name}:{version}``.

    Neither ``@`` nor ``:`` can be part of a name (``inferx.registry.names``).

    Raises:
        NotFound: the text cannot be the address of any model.
    """
    name, at, alias = text.partition("@")
    name, colon, version = name.partition(":")
    if not 0 < len(name) <= _LONGEST_NAME or (at and colon):
        raise NotFound(NO_MODEL)
    return Address(
        name=name,
        alias=alias if at else None,
        version=parse_version(version) if colon else None,
    )


def parse_version(text: str) -> int:
    """Read a version number.

    Raises:
        NotFound: the text is no number that a version can have.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 13):
        raise NotFound(NO_MODEL)
    return int(text)
