"""The memory size of ``predict``: what a cold start takes and costs at each.

Lambda gives a function processor time in proportion to its memory, one whole vCPU at 1,769 MB
(AWS Lambda Developer Guide, "Configure Lambda function memory"). Here the process is stopped for
the rest of each 20 ms, as a scheduler with a quota does it. Cost is memory by time, in GB-seconds.
"""

import signal
import subprocess
import threading
import time
from statistics import median

from bench import cold, fake_aws, subject
from bench.figures import Figure

_WHOLE_MB = 1769
_SIZES_MB = (512, 1024)
_PERIOD_S = 0.020
_ROUNDS = 5


def measure(model: subject.Subject) -> list[Figure]:
    """Measure the cold start at smaller sizes than the deployed one: time, and cost."""
    with fake_aws.serving(model.onnx) as aws:
        asked = cold.request(model, aws)
        taken = {size: _cold_start_s(asked, size) for size in (*_SIZES_MB, _WHOLE_MB)}
    whole = taken[_WHOLE_MB]
    figures = []
    for size in _SIZES_MB:
        against = f"at {_WHOLE_MB:,} MB"
        figures += [
            Figure(f"cold start at {size:,} MB", taken[size] * 1e3, against, whole * 1e3, "ms"),
            Figure(
                f"cold start at {size:,} MB, cost",
                taken[size] * size / 1024,
                against,
                whole * _WHOLE_MB / 1024,
                "GB-s",
            ),
        ]
    return figures


def _cold_start_s(asked: cold.Request, size_mb: int) -> float:
    def with_quota(process: subprocess.Popen[bytes]) -> None:
        share = min(1.0, size_mb / _WHOLE_MB)
        threading.Thread(target=_hold_back, args=(process, share), daemon=True).start()

    return median(cold.start(asked, with_quota).seconds for _ in range(_ROUNDS))


def _hold_back(process: subprocess.Popen[bytes], share: float) -> None:
    if share >= 1:
        return
    while process.poll() is None:
        for what, seconds in ((signal.SIGCONT, share), (signal.SIGSTOP, 1 - share)):
            process.send_signal(what)
            time.sleep(_PERIOD_S * seconds)
