"""Where the local stack keeps its things, all of them ignored by git."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""

STATE = ROOT / ".local"
"""What `make up` makes and `make clean` removes."""

BUILD = STATE / "build"
"""`sam build`'s output for this machine. Not `.aws-sam`: that one is for Lambda's machine."""

LOGS = STATE / "logs"
