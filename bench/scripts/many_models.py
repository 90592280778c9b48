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
misses = failures = 0
for model_id in [*ids, *asked]:
    loaded = models.load(OWNER, model_id)
    misses += loaded.cold
    failures += predict(loaded, row)[1] != 1
status = Path("/proc/self/status").read_text()
outcome = {
    "models": len(ids),
    "requests": len(ids) + REQUESTS,
    "misses": misses,
    "hit_ratio": round(1 - (misses - len(ids)) / REQUESTS, 3),
    "failures": failures,
    "peak_mb": round(int(status.split("VmHWM:")[1].split()[0]) / 1024),
}
sys.stdout.write(json.dumps(outcome) + "\n")
