"""A run that needs more memory than the function has fails alone, and its process serves on."""

import os
import subprocess
import sys
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from tools.onnx_models import graph, signature, tensor

MEMORY_MB = 512
SERVE = """
import json, sys
from pathlib import Path
from inferx.errors import InferXError
from inferx.serving import memory
from inferx.serving.model import Model

model = Model(Path(sys.argv[1]))
memory.bound(int(sys.argv[2]))
for elements in (4, 20_000, 4):
    try:
        content, _ = model.predict([[1.0] * elements])
        sys.stdout.write(f"{content['prediction']}\\n")
    except InferXError as error:
        sys.stdout.write(f"{type(error).__name__}: {error.detail}\\n")
"""


@pytest.fixture
def squared(tmp_path: Path) -> Path:
    """Return a model that takes eight bytes for each pair of a row's numbers."""
    about = signature(
        inputs=[tensor("X", "float64", (None, None))],
        outputs=[tensor("Y", "float64", (None, None))],
        prediction="Y",
        features=None,
    )
    column = helper.make_tensor("column", TensorProto.INT64, [2], [-1, 1])
    nodes: list[onnx.NodeProto] = [
        helper.make_node("Constant", [], ["column"], value=column),
        helper.make_node("Reshape", ["X", "column"], ["down"]),
        helper.make_node("MatMul", ["down", "X"], ["pairs"]),
        helper.make_node("ReduceMax", ["pairs"], ["Y"], keepdims=1),
    ]
    path = tmp_path / "model.onnx"
    path.write_bytes(graph(nodes, about))
    return path


def served(model: Path, **environment: str) -> list[str]:
    ran = subprocess.run(
        [sys.executable, "-c", SERVE, model, str(MEMORY_MB)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return ran.stdout.splitlines()


@pytest.mark.process
def test_a_run_of_gigabytes_is_refused_and_the_next_one_answered(squared: Path) -> None:
    answers = served(squared, LAMBDA_TASK_ROOT="/var/task")

    sentence = "The prediction needs more memory than there is; send fewer or smaller rows."
    assert answers == ["[1.0]", f"Unavailable: {sentence}", "[1.0]"]
