"""What the authorizer imports before its first response, beside what it would with usual clients.

Both processes begin with the same interpreter and the same domain code; the other one makes the
DynamoDB client that pynamodb would, and loads the models that its tables are defined by.
"""

import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.figures import Figure
from bench.subject import Subject

ROOT = Path(__file__).parents[1]
_ROUNDS = 11
# Not in the layer: PyJWT would import it in this environment, where moto needs it.
_AS_DEPLOYED = "import sys; sys.modules['cryptography'] = None\n"
_OURS = _AS_DEPLOYED + "import app"
_USUAL = (
    _AS_DEPLOYED + "import app, boto3, inferx.storage.tables.credentials; boto3.client('dynamodb')"
)


def measure(_: Subject) -> list[Figure]:
    """Return the milliseconds from starting a process to its end, in turns; medians."""
    times = [(_milliseconds(_OURS), _milliseconds(_USUAL)) for _ in range(_ROUNDS)]
    ours, usual = (median(column) for column in zip(*times, strict=True))
    return [Figure("authorizer, imports", ours, "with boto3, pynamodb, a client", usual, "ms", 1)]


def _milliseconds(program: str) -> float:
    folders = [str(ROOT / "layers/inferx/python"), str(ROOT / "functions/authorizer")]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(folders),
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "USERS_TABLE": "Users",
        "CREDENTIALS_TABLE": "Credentials",
        "SIGNING_KEYS_SECRET": "keys",
    }
    started = perf_counter()
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
    return (perf_counter() - started) * 1e3
