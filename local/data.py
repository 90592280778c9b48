"""What outlives the emulator: the accounts and models on it, and which deployment they belong to.

The emulator writes objects to disk as they arrive and everything else when it is asked to stop. If
it ends in another way, the next one begins where the last `make down` left off. Each port has its
own data, because the emulator knows queues by their addresses, and on another port it would find
none of them.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from local.paths import STATE

DATA = STATE / "data"


def environment(port: int) -> dict[str, str]:
    """Return the variables that make ministack keep its state in the port's folder."""
    return {
        "PERSIST_STATE": "1",
        "STATE_DIR": str(_folder(port) / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(_folder(port) / "s3"),
    }


def facts(port: int) -> dict[str, Any]:
    """Return `port`, `deployed` and `base_url` as the last stop left them; empty without one."""
    path = _facts(port)
    if not path.is_file():
        return {}
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def last_port() -> int | None:
    """Return the port of the stack that was stopped last."""
    stopped = sorted(DATA.glob("*/stack.json"), key=lambda path: path.stat().st_mtime)
    return int(stopped[-1].parent.name) if stopped else None


def mark_complete(found: dict[str, Any]) -> None:
    """Record that the port's state is whole and belongs to the deployment `found`."""
    _folder(found["port"]).mkdir(parents=True, exist_ok=True)
    _facts(found["port"]).write_text(json.dumps(found, indent=2))


def mark_incomplete(port: int) -> None:
    """Record that the port's state is about to be written."""
    _facts(port).unlink(missing_ok=True)


def erase_incomplete(port: int) -> None:
    """Erase the port's data unless an emulator has finished writing its state there."""
    if not _facts(port).is_file():
        shutil.rmtree(_folder(port), ignore_errors=True)


def _folder(port: int) -> Path:
    return DATA / str(port)


def _facts(port: int) -> Path:
    return _folder(port) / "stack.json"
