"""Predicts rows that are in memory by onnxruntime alone; prints the seconds of the processor."""

import json
import sys
from time import process_time

import numpy as np

from inferx.onnx_session import PROVIDERS, ort, session_options

_AT_ONCE = 4096

session = ort.InferenceSession(sys.argv[1], session_options(), PROVIDERS)
rows = np.load(sys.argv[2])
session.run(None, {"X": rows[:_AT_ONCE]})
started = process_time()
for start in range(0, len(rows), _AT_ONCE):
    session.run(None, {"X": rows[start : start + _AT_ONCE]})
sys.stdout.write(json.dumps({"seconds": process_time() - started}))
