"""``make bench``: what predictions cost, each figure beside its floor or a peer in one run."""

import os

# For everything measured: onnxruntime's telemetry would be part of the figures.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
