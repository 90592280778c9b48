"""Ask for many models, some often and most seldom, of one small container; print the outcome.

``many_models.py FOLDER MODEL_ID…``; the environment says where AWS is.
"""

import json
import random
import sys
from pathlib import Path

from bench.prediction_requests import OWNER, body
from inferx.serving.loading import Models
from inferx.serving.predictor import predict

REQUESTS, MEMORY_MB = 2_000, 1024

folder, *ids = sys.argv[1:]
weights = [1 / (rank + 1) for rank in range(len(ids))]  # Zipf's law
asked = random.Random(0).choices(ids, weights, k=REQUESTS)  # noqa: S311 - a repeatable order
row = body([0.1] * 10).encode()
models = Models(MEMORY_MB, Path(folder))
sessions = models._opener._sessions
size: dict[str, int] = {}
seconds: dict[str, float] = {}
misses = failures = 0
for model_id in [*ids, *asked]:
    loaded = models.load(OWNER, model_id)
    misses += loaded.cold
    failures += predict(loaded, row)[1] != 1
    size[model_id] = sessions._kept[model_id].cost
    seconds[model_id] = sessions._kept[model_id].seconds
status = Path("/proc/self/status").read_text()
outcome = {
    "asked": [*ids, *asked],
    "misses": misses,
    "failures": failures,
    "peak_mb": round(int(status.split("VmHWM:")[1].split()[0]) / 1024),
    "costs": {"size": size, "seconds": seconds, "capacity": sessions._capacity},
}
sys.stdout.write(json.dumps(outcome) + "\n")
