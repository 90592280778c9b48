"""Print what a confined child may try and what refuses it: ``make confinement``.

The child of a plain user is tried, and root's where root calls. `make test-docker ARGS=functions`
prints the same rows for `sam local`'s container.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from tools.confinement.attempts import ATTEMPTS
from tools.confinement.table import Tried, table

_ROOT = Path(__file__).parents[2]
_PLAIN_USER = 65_534


def main() -> int:
    """Print the table, and return 1 when something was not refused."""
    if os.getuid() == 0:
        places = {"as root": tried(), "as a plain user": tried(_PLAIN_USER)}
    else:
        places = {"as a plain user": tried()}
    sys.stdout.write(table(places))
    faults = [fault for each in places.values() for fault in each.faults()]
    sys.stderr.write("".join(f"{fault}\n" for fault in faults))
    return 1 if faults else 0


def tried(user: int | None = None) -> Tried:
    """Try everything on this machine.

    Args:
        user: to become first; root may.
    """
    asked = {"attempts": [list(each) for each in ATTEMPTS], "user": user}
    printed = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tools.confinement.probing"],
        cwd=_ROOT,
        input=json.dumps(asked),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout
    return Tried.from_json(json.loads(printed))


if __name__ == "__main__":
    sys.exit(main())
