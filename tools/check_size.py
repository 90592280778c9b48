"""Exits with 1 when a package is larger than its limit: ``check_size.py FOLDER MEBIBYTES``."""

import sys
from pathlib import Path

root, limit = Path(sys.argv[1]), int(sys.argv[2])
size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) / 2**20
sys.stdout.write(f"{root.name}: {size:.0f} MiB unzipped, {limit} MiB allowed\n")
sys.exit(size > limit)
