"""The first response of an environment that SnapStart restored: a copy of a primed process.

It holds no model, as a snapshot does not: the response includes one read of DynamoDB, one of S3,
both from this machine, and opening the model. A bare process, copied in the same way, does the same
without signing and checking: a copy's first use of each page of its memory takes most of either.
"""

import subprocess
from statistics import median

from bench import cold, deployed, fake_aws, subject
from bench.figures import Figure

_TURNS = 4
_ROUNDS = 9
_COLD_ROUNDS = 7
_ALLOWED_MS = 5

type Times = list[tuple[float, float]]


def measure(model: subject.Subject) -> list[Figure]:
    """Measure both in turns, and cold starts beside them; the medians."""
    ours: Times = []
    bare: Times = []
    with fake_aws.serving(model.onnx) as aws:
        asked = cold.request(model, aws)
        started = median(cold.start(asked).work for _ in range(_COLD_ROUNDS)) * 1e3
        for _ in range(_TURNS):
            ours += _restored("restored_handler.py", asked)
            bare += _restored("restored_floor.py", asked)
    taken, work = map(median, zip(*ours, strict=True))
    bare_taken, bare_work = map(median, zip(*bare, strict=True))
    against = "a bare process that reads, opens and runs the same"
    # Only the processor time has budgets, beside other processor time: how long the response
    # takes depends on what else the machine does.
    return [
        Figure("restored, event to response", taken, "design", _ALLOWED_MS, "ms"),
        Figure("restored, event to response", taken, against, bare_taken, "ms"),
        Figure("restored, processor time", work, against, bare_work, "ms", 2),
        Figure("restored, processor time", work, "a cold start", started, "ms", 0.1),
    ]


def _restored(script: str, asked: cold.Request) -> Times:
    """Return the milliseconds of each copy but the first, and those of processor time."""
    ran = subprocess.run(
        deployed.command(cold.SCRIPTS / script, asked.event, str(_ROUNDS)),
        env=asked.environment,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    lines = [line.split() for line in ran.stdout.splitlines()]
    times = [(float(line[1]), float(line[2])) for line in lines if line[0] == "restored"]
    assert len(times) == _ROUNDS
    return times[1:]
