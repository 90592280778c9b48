"""The first response of an environment that SnapStart restored: a copy of a primed process.

It holds no model, as a snapshot does not: the response includes one read of DynamoDB, one of S3,
both from this machine, and opening the model.
"""

import subprocess
from statistics import median

from bench import cold, deployed, fake_aws, subject
from bench.figures import Figure

_ROUNDS = 31
_ALLOWED_MS = 5


def measure(model: subject.Subject) -> list[Figure]:
    """Measure it; the median."""
    with fake_aws.serving(model.onnx) as aws:
        asked = cold.request(model, aws)
        script = cold.SCRIPTS / "restored_handler.py"
        ran = subprocess.run(
            deployed.command(script, asked.event, str(_ROUNDS)),
            env=asked.environment,
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
    lines = [line.split() for line in ran.stdout.splitlines()]
    times = [float(line[1]) for line in lines if line[0] == "restored"]
    assert len(times) == _ROUNDS
    return [
        Figure("restored, event to response", median(times[1:]), "design", _ALLOWED_MS, "ms", 1)
    ]
