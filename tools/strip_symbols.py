"""Shortens a package's shared libraries to what the dynamic loader maps, without binutils.

A wheel's libraries bring symbol tables and debug sections, which only tools read, and alignment to
pages of 2 MB, which no machine of Lambda has.
"""

import sys
from pathlib import Path

from tools.shared_library import SharedLibrary


def strip(path: Path) -> int:
    """Shorten one library to its segments and return how many bytes that saved."""
    library = SharedLibrary.read(path)
    if library is None:
        return 0
    packed = library.packed()
    saved = len(library.content) - len(packed)
    if saved <= 0:
        return 0
    path.write_bytes(packed)
    return saved


def main() -> None:
    """Strip every library below the folder named on the command line."""
    for path in sorted(Path(sys.argv[1]).rglob("*.so*")):
        if path.is_file():
            strip(path)


if __name__ == "__main__":
    main()
