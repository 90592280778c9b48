"""The first response of an environment that SnapStart restored: a copy of a primed process.

It holds no model, as a snapshot does not: the response includes one read of DynamoDB, one of S3,
both from this machine, and opening the model.
"""

import subprocess
from statistics import median

from bench import cold, deployed, fake_aws, subject
from bench.figures import Figure

_ROUNDS = 31
_COLD_ROUNDS = 7
_ALLOWED_MS = 5


def measure(model: subject.Subject) -> list[Figure]:
    """Measure it, and cold starts beside it; the medians."""
    with fake_aws.serving(model.onnx) as aws:
        asked = cold.request(model, aws)
        started = median(cold.start(asked).work for _ in range(_COLD_ROUNDS))
        script = cold.SCRIPTS / "restored_handler.py"
        ran = subprocess.run(
            deployed.command(script, asked.event, str(_ROUNDS)),
            env=asked.environment,
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
    lines = [line.split() for line in ran.stdout.splitlines()]
    times = [(float(line[1]), float(line[2])) for line in lines if line[0] == "restored"]
    assert len(times) == _ROUNDS
    taken, work = (median(column) for column in zip(*times[1:], strict=True))
    # Only the processor time has a budget, and beside another one: how long the response takes
    # depends on what else the machine does.
    return [
        Figure("restored, event to response", taken, "design", _ALLOWED_MS, "ms"),
        Figure("restored, processor time", work, "a cold start", started * 1e3, "ms", 0.1),
    ]
