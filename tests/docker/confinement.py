"""What code in a hostile file could try, tried in the converter's own container."""

import json
from pathlib import Path

import tools.confinement
from tests.docker.emulated import Container
from tools.confinement.attempts import ATTEMPTS
from tools.confinement.table import Tried

_SCRIPTS = Path(tools.confinement.__file__).parent
_FOLDER = "/tmp/attempts"  # in the container
_PROBING = [
    *("env", f"PYTHONPATH=/var/task:/opt/python:{_FOLDER}"),
    *("python3", "-W", "ignore", "-m", "tools.confinement.probing"),
]


def tried(converter: Container) -> Tried:
    """Return what became of each attempt, in a process beside the function's own."""
    converter.run(["mkdir", "-p", f"{_FOLDER}/tools"])
    converter.copy(_SCRIPTS, f"{_FOLDER}/tools/confinement")
    asked = {"attempts": [list(each) for each in ATTEMPTS], "user": None}
    printed = converter.run(_PROBING, json.dumps(asked))
    return Tried.from_json(json.loads(printed.splitlines()[-1]))
