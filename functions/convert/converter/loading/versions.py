"""The scikit-learn release that saved a file, read from its bytes before anything is loaded."""

import json
import re
import zipfile
from pathlib import Path

from converter.loading.reader import BoundedReader, open_unpacked
from inferx.errors import Refused

_SCANNED_BYTES = 64 << 20
_CHUNK = 1 << 20
_VERSION = re.compile(
    # The key, then within a few opcode bytes the text of the version (protocols 0 to 5).
    rb"_sklearn_version.{1,24}?(\d{1,2}\.\d{1,3}(?:\.(?:\d{1,3}|dev\d+))?(?:rc\d|\.post\d)?)",
    re.DOTALL,
)


def saved_by(path: Path, kind: str) -> str | None:
    """Return the version of scikit-learn that wrote the file, or ``None`` if it names none."""
    if kind == "skops":
        return _skops_version(path)
    try:
        with open_unpacked(path) as file:
            return _first_version(file)
    except (OSError, EOFError, ValueError, Refused):
        return None  # loading will report what is wrong with the file


def _first_version(file: BoundedReader) -> str | None:
    tail, scanned = b"", 0
    while scanned < _SCANNED_BYTES and (chunk := file.read(_CHUNK)):
        found = _VERSION.search(tail + chunk)
        if found:
            return found.group(1).decode()
        tail, scanned = chunk[-64:], scanned + len(chunk)
    return None


def _skops_version(path: Path) -> str | None:
    with zipfile.ZipFile(path) as archive, archive.open("schema.json") as schema:
        text = schema.read(_SCANNED_BYTES).decode("utf-8", "replace")
    found = re.search(r'"_sklearn_version"[^}]{0,400}?"content":\s*("(?:[^"\\]|\\.){1,40}")', text)
    if found is None:
        return None
    version = str(json.loads(found.group(1))).strip('"')
    return version if re.fullmatch(r"\d{1,2}\.\d{1,3}(\.\w{1,12})?", version) else None
