"""Folders as hashes and archives of what is in them."""

import hashlib
import zipfile
from collections.abc import Container
from io import BytesIO
from pathlib import Path

CACHES = frozenset({"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"})
"""Folders that tools leave among the sources."""


def files_under(root: Path, ignored: Container[str] = ()) -> list[Path]:
    """Return the files of folder `root` in a fixed order, except those in `ignored` folders.

    For a `root` that is a file: that file.
    """
    if root.is_file():
        return [root]
    found = []
    for folder, folders, names in root.walk():
        folders[:] = sorted(name for name in folders if name not in ignored)
        found += [folder / name for name in sorted(names)]
    return found


def digest_of(*roots: Path, ignored: Container[str] = ()) -> str:
    """Return a SHA-256 of the names, contents and executable bits of all files under `roots`."""
    total = hashlib.sha256()
    for root in roots:
        for file in files_under(root, ignored):
            name = file.relative_to(root.parent).as_posix()
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            total.update(f"{name}\0{file.stat().st_mode & 0o111}\0{content}\n".encode())
    return total.hexdigest()


def archive(folder: Path) -> bytes:
    """Return the files of `folder` as an uncompressed zip, each with its permissions."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as file:
        for path in files_under(folder):
            # With the zip format's first date: the same files give the same bytes.
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())
            entry.external_attr = path.stat().st_mode << 16
            file.writestr(entry, path.read_bytes())
    return content.getvalue()
