"""Drops symbol tables and debug sections from a package's shared libraries, without binutils.

The dynamic loader reads program headers only (ELF specification, chapter "Program Loading"), so
everything past the last segment can go, and the section headers with it. Libraries in ``*.libs``
folders are left as they are: auditwheel has moved their segments already.
"""

import struct
import sys
from pathlib import Path

_ELF64_LITTLE_ENDIAN = b"\x7fELF\x02\x01"
_PROGRAM_HEADER = struct.Struct("<IIQQQQQQ")


def strip(path: Path) -> int:
    """Shorten one library to its segments and return how many bytes that saved."""
    content = bytearray(path.read_bytes())
    if not content.startswith(_ELF64_LITTLE_ENDIAN):
        return 0
    start, section_start = struct.unpack_from("<QQ", content, 32)
    size, count = struct.unpack_from("<HH", content, 54)
    end = start + size * count
    for number in range(count):
        header = _PROGRAM_HEADER.unpack_from(content, start + number * size)
        end = max(end, header[2] + header[5])  # offset + size in the file
    if section_start < end or end >= len(content):
        return 0  # headers between the segments: leave it alone
    saved: int = len(content) - end
    del content[end:]
    struct.pack_into("<Q", content, 40, 0)  # e_shoff
    struct.pack_into("<HHH", content, 58, 0, 0, 0)  # e_shentsize, e_shnum, e_shstrndx
    path.write_bytes(content)
    return saved


def main() -> None:
    """Strip every library below the folder named on the command line."""
    root = Path(sys.argv[1])
    for path in sorted(root.rglob("*.so*")):
        if path.is_file() and not any(part.endswith(".libs") for part in path.parts):
            strip(path)


if __name__ == "__main__":
    main()
