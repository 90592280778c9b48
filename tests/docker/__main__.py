"""`make test-docker`: the functions in Lambda's own runtime, under `sam local`.

Without arguments everything is tried; `functions`, `commands` and `networks` are its parts.
"""

import sys

from local.failure import Failure
from tests.docker import commands, deep_networks, functions

_PARTS = {"functions": functions.run, "commands": commands.run, "networks": deep_networks.run}


def main() -> None:
    """Run the parts that the arguments name, and exit with 1 when something is wrong."""
    try:
        faults = [fault for name in sys.argv[1:] or _PARTS for fault in _PARTS[name]()]
    except Failure as failure:
        sys.exit(str(failure))
    sys.exit("\n".join(["Wrong:", *faults]) if faults else 0)


if __name__ == "__main__":
    main()
