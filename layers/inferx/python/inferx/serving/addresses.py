"""How a request addresses a model: by id, or by the caller's own names."""

from dataclasses import dataclass

from inferx.errors import NotFound
from inferx.ids import is_id

NO_MODEL = "There is no such model."
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Address:
    """A model's address: an id alone, or a name with at most one of alias and version.

    A name alone means the name's newest ready version.
    """

    id: str | None = None
    name: str = ""
    alias: str | None = None
    version: int | None = None


def parse_address(text: str) -> Address:
    """Read ``{id}``, ``{name}``, ``{name}@{alias}`` or ``{name}:{version}``.

    Neither ``@`` nor ``:`` can be part of a name (``inferx.registry.names``).

    Raises:
        NotFound: the text cannot be the address of any model.
    """
    if is_id(text):
        return Address(id=text)
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
