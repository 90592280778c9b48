"""What outlives the emulator: the accounts and models on it, and which deployment they belong to.

The emulator writes objects to disk as they arrive and everything else when it is asked to stop. If
it ends in another way, the next one begins where the last `make down` left off.
"""

import json
import shutil
from typing import Any

from local.paths import STATE

DATA = STATE / "data"
FACTS = DATA / "stack.json"


def environment() -> dict[str, str]:
    """Return the variables that make ministack keep its state in `DATA`."""
    return {
        "PERSIST_STATE": "1",
        "STATE_DIR": str(DATA / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(DATA / "s3"),
    }


def facts() -> dict[str, Any]:
    """Return `port`, `deployed` and `base_url` as the last stop left them; empty without one."""
    if not FACTS.is_file():
        return {}
    found: dict[str, Any] = json.loads(FACTS.read_text())
    return found


def mark_complete(found: dict[str, Any]) -> None:
    """Record that the state in `DATA` is whole and belongs to the deployment `found`."""
    DATA.mkdir(parents=True, exist_ok=True)
    FACTS.write_text(json.dumps(found, indent=2))


def mark_incomplete() -> None:
    """Record that the state in `DATA` is about to be written."""
    FACTS.unlink(missing_ok=True)


def erase_incomplete() -> None:
    """Erase `DATA` unless an emulator has finished writing its state there."""
    if not FACTS.is_file():
        shutil.rmtree(DATA, ignore_errors=True)
