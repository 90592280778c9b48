"""Every bound put on an untrusted file and on the process that reads it."""

MEBIBYTE = 1024 * 1024

SOURCE_BYTES = 512 * MEBIBYTE
"""The largest file taken as it was uploaded."""

UNPACKED_BYTES = 1536 * MEBIBYTE
"""The largest size a file may reach once decompressed, its arrays included."""

ONNX_BYTES = 1024 * MEBIBYTE
"""The largest ONNX file written; protobuf itself ends at 2 GiB."""

LOADED_OBJECTS = 5_000_000
"""How many objects a loaded model may consist of."""

FEATURES = 100_000
"""How many columns a model may take: probe rows for them have to fit in memory."""

SESSION_BYTES = 1536 * MEBIBYTE
"""The predict function's memory for open sessions (2,048 MB less the runtime and numpy)."""

CONVERSION_SECONDS = 240
"""Wall clock for one conversion, below the function's own 300 s so that it can answer."""

CPU_SECONDS = CONVERSION_SECONDS
CHILD_PROCESSES = 64
"""Threads and processes together: Linux counts both in RLIMIT_NPROC."""

RESULT_BYTES = MEBIBYTE
"""The largest answer read back from a child."""
