"""Shared libraries as ELF files: what is loaded of them, written without the rest.

The dynamic loader reads program headers only, and maps each segment from where its header says it
is (ELF specification, chapter "Program Loading"; System V ABI). So segments can be moved within the
file while their addresses stay, and symbol tables, debug sections and alignment can be left out.
"""

import struct
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

_ELF64_LITTLE_ENDIAN = b"\x7fELF\x02\x01"
_PROGRAM_HEADER = struct.Struct("<IIQQQQQQ")
_MACHINES = {62: "x86-64", 183: "AArch64"}
_PAGES = {"x86-64": 0x1000, "AArch64": 0x10000}
"""The largest page of each machine."""

LOADED = 1
"""The type of a segment that is mapped."""

HEADER_BYTES = _PROGRAM_HEADER.size
"""Bytes of the header of one segment."""

EXECUTABLE = 1
"""The flag of a segment with code."""


@dataclass(frozen=True)
class Segment:
    """One program header.

    Attributes:
        offset: where its content is in the file.
        address: where it is mapped, from the library's base.
        stored: bytes of it in the file.
        mapped: bytes of it in memory; what the file has not is zero.
    """

    type: int
    flags: int
    offset: int
    address: int
    physical: int
    stored: int
    mapped: int
    alignment: int

    def holds(self, address: int) -> bool:
        """Return whether the file has the byte at this address in this segment."""
        return self.address <= address < self.address + self.stored


class SharedLibrary:
    """A library's segments and their content.

    Args:
        content: the file.
        segments: its program headers.
    """

    def __init__(self, content: bytes, segments: list[Segment]) -> None:
        self.content = content
        self.segments = segments
        self.machine = _MACHINES[struct.unpack_from("<H", content, 18)[0]]
        """Which it is for: ``x86-64`` or ``AArch64``."""

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """Return the library; ``None`` if the file is none for the machines of Lambda."""
        content = path.read_bytes()
        if not content.startswith(_ELF64_LITTLE_ENDIAN):
            return None
        machine: int = struct.unpack_from("<H", content, 18)[0]
        start: int = struct.unpack_from("<Q", content, 32)[0]
        size, count = struct.unpack_from("<HH", content, 54)
        if machine not in _MACHINES or start != 64:
            return None
        headers = (
            _PROGRAM_HEADER.unpack_from(content, start + number * size) for number in range(count)
        )
        return cls(content, [Segment(*header) for header in headers])

    @property
    def loaded(self) -> list[Segment]:
        """The segments that are mapped, in the order of their addresses."""
        return [each for each in self.segments if each.type == LOADED]

    def packed(self) -> bytes:
        """Return the file with its segments close together, and nothing else."""
        file = bytearray()
        loaded = []
        for segment in self.loaded:
            page = min(segment.alignment, _PAGES[self.machine])
            # A segment's place in the file and its address have the same place in a page.
            file += bytes((segment.address - len(file)) % page)
            loaded.append(replace(segment, offset=len(file), alignment=page))
            file += self.content[segment.offset : segment.offset + segment.stored]
        moved = iter(loaded)
        headers = [
            next(moved) if each.type == LOADED else _follow(each, loaded) for each in self.segments
        ]
        self._write_headers(file, headers)
        return bytes(file)

    def _write_headers(self, file: bytearray, headers: list[Segment]) -> None:
        place = 64
        for each in headers:
            fields = (each.type, each.flags, each.offset, each.address, each.physical)
            _PROGRAM_HEADER.pack_into(
                file, place, *fields, each.stored, each.mapped, each.alignment
            )
            place += HEADER_BYTES
        struct.pack_into("<Q", file, 40, 0)  # e_shoff
        struct.pack_into("<H", file, 56, len(headers))  # e_phnum
        struct.pack_into("<HHH", file, 58, 0, 0, 0)  # e_shentsize, e_shnum, e_shstrndx


def _follow(part: Segment, loaded: list[Segment]) -> Segment:
    """Return the header of what lies in a mapped segment, such as the dynamic section."""
    for segment in loaded:
        if part.stored and segment.holds(part.address):
            return replace(part, offset=segment.offset + part.address - segment.address)
    return replace(part, offset=0)
