"""How an ONNX session is opened: the same for converting, measuring and serving.

Everything that needs onnxruntime imports it from here, as ``ort``. Since 1.29 it collects usage
telemetry (a device id, facts about the models it opens) and uploads it to its vendor, unless
``ORT_DISABLE_TELEMETRY`` is set before it is imported.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import onnxruntime as ort
from onnxruntime.capi.onnxruntime_pybind11_state import (
    Fail,
    InvalidArgument,
    InvalidGraph,
    RuntimeException,
)
from onnxruntime.capi.onnxruntime_pybind11_state import NotImplemented as OperatorMissing

__all__ = [
    "OPEN_ERRORS",
    "PROVIDERS",
    "RUN_ERRORS",
    "OperatorMissing",
    "ort",
    "prime",
    "session_options",
]

PROVIDERS = ["CPUExecutionProvider"]

RUN_ERRORS = (Fail, InvalidArgument, RuntimeException)
"""What a run raises for tensors that the graph cannot take."""

OPEN_ERRORS = (*RUN_ERRORS, InvalidGraph, OperatorMissing)
"""What opening a session raises for a graph that the runtime cannot run."""

# It logs nothing by itself: its errors quote values of requests, and are raised anyway.
ort.set_default_logger_severity(4)


def session_options(threads: int = 1) -> ort.SessionOptions:
    """Return the options with which predictions open a session.

    Args:
        threads: how many threads one run may use.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    # The conversion has optimised the graph already.
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    # An arena keeps each session's largest scratch space for ever, and hundreds of sessions
    # share one container.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    return options


# One Identity from "x" to "y", each a float32 [1]: IR version 8, operator set 13.
_SMALLEST = (
    b'\x08\x08:7\n\x10\n\x01x\x12\x01y"\x08Identity\x12\x01gZ\x0f\n\x01x\x12\n\n\x08\x08\x01\x12'
    b"\x04\n\x02\x08\x01b\x0f\n\x01y\x12\n\n\x08\x08\x01\x12\x04\n\x02\x08\x01B\x04\n\x00\x10\r"
)


def prime() -> None:
    """Open and run a graph of one operator: the first session registers all operators."""
    session = ort.InferenceSession(_SMALLEST, session_options(), PROVIDERS)
    session.run(["y"], {"x": np.zeros(1, np.float32)})
