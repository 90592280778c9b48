"""Fails if a function and its layers are too large for Lambda: ``check_size.py MIB FOLDER…``."""

import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str]) -> int:
    """Print how large the folders are together; return 1 if that is above the limit.

    Args:
        arguments: the limit in MiB, then the folders.
    """
    limit, folders = int(arguments[0]), [Path(argument) for argument in arguments[1:]]
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in files) / 2**20
    sys.stdout.write(f"{folders[0].name}: {size:.1f} MiB unzipped, {limit} MiB allowed\n")
    return int(size > limit)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
