"""What the symbol and relocation tables of a shared library contain.

Source: ELF specification, chapters "Sections", "Symbol Table" and "Relocation".
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_RELOCATION = struct.Struct("<QQq")
_SYMBOLS, _DYNAMIC_SYMBOLS, _RELOCATIONS = 2, 11, 4


class Symbol(NamedTuple):
    """One symbol; ``section`` is 0 where another library defines it."""

    name: str
    kind: int
    section: int
    address: int
    size: int


class Relocation(NamedTuple):
    """What is written to ``place`` as the library is loaded; kinds differ between machines."""

    place: int
    kind: int
    symbol: int
    addend: int


class _Section(NamedTuple):
    name: int
    type: int
    flags: int
    address: int
    offset: int
    size: int
    link: int
    info: int
    alignment: int
    entry: int


class Symbols:
    """The tables of one library.

    Args:
        content: the file, with its section headers.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        start: int = struct.unpack_from("<Q", content, 40)[0]
        size, count = struct.unpack_from("<HH", content, 58)
        names: int = struct.unpack_from("<H", content, 62)[0]
        self._sections = [
            _Section(*_SECTION.unpack_from(content, start + number * size))
            for number in range(count)
        ]
        self._names = self._sections[names].offset if count else 0
        self.all = self._symbols(_SYMBOLS)
        """Every symbol; empty if the file is stripped."""
        self.dynamic = self._symbols(_DYNAMIC_SYMBOLS)
        """Those that the loader resolves, in the order in which relocations number them."""
        self.relocations = list(self._relocations())

    @property
    def first_offset(self) -> int:
        """Where in the file the first section begins: what precedes it is the headers' room."""
        return min(each.offset for each in self._sections if each.type and each.offset)

    def section(self, name: str) -> tuple[int, int]:
        """Return from and to which address a section is; the same twice, if there is none."""
        for each in self._sections:
            if self._text(self._names + each.name) == name:
                return each.address, each.address + each.size
        return 0, 0

    def _symbols(self, table: int) -> list[Symbol]:
        found = []
        for section in self._sections:
            if section.type != table:
                continue
            names = self._sections[section.link].offset
            for offset in range(section.offset, section.offset + section.size, _SYMBOL.size):
                name, info, _, index, address, size = _SYMBOL.unpack_from(self._content, offset)
                found.append(Symbol(self._text(names + name), info & 15, index, address, size))
        return found

    def _relocations(self) -> Iterator[Relocation]:
        for section in self._sections:
            if section.type != _RELOCATIONS:
                continue
            for offset in range(section.offset, section.offset + section.size, _RELOCATION.size):
                place, info, addend = _RELOCATION.unpack_from(self._content, offset)
                yield Relocation(place, info & 0xFFFFFFFF, info >> 32, addend)

    def _text(self, offset: int) -> str:
        return self._content[offset : self._content.index(0, offset)].decode()
