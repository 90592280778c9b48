"""What the predict function can hold: the bounds that conversion and serving share.

A model is ready only if it can be served, so the converter refuses what would exceed these. A test
compares the first two with ``template.yaml``. Standard library only: predict imports this.
All sizes in MB are of 2**20 bytes.
"""

MEBIBYTE = 1024 * 1024

PREDICT_MEMORY_MB = 1769
"""``MemorySize`` of the predict function."""

PREDICT_DISK_MB = 512
"""Its ``/tmp``: Lambda's default ``EphemeralStorage``."""

REQUEST_MB = 128
"""Memory for one request's body, its rows as Python objects, and its response."""

_RUNTIME_MB = 105
"""Resident memory before any model is open, with a reserve.

Measured: 67 MB after a first prediction, 9 MB for TLS, 6 MB for Lambda's runtime client.
"""

_DISK_RESERVE_MB = 112
"""Disk that models leave free."""

SESSION_BYTES = (PREDICT_MEMORY_MB - _RUNTIME_MB - REQUEST_MB) * MEBIBYTE
"""The most memory that one open session may take."""

ARTIFACT_BYTES = (PREDICT_DISK_MB - _DISK_RESERVE_MB) * MEBIBYTE
"""The largest ONNX file, and what all files kept on the predict function's disk take together."""
