"""The predict function's process before its first request: its imports, its memory."""

import os
import subprocess
import sys

import pytest

from inferx.capacity import MEBIBYTE, PREDICT_MEMORY_MB, REQUEST_MB, SESSION_BYTES
from tools.cloud import environment
from tools.template import ROOT

pytestmark = pytest.mark.process

_HEAVY = (
    "pydantic",
    "aws_lambda_powertools",
    "pynamodb",
    "boto3",
    "botocore",
    "requests",
    "uuid6",
    "PIL",
)


def output_of(program: str) -> str:
    """Return what a process prints that has only the function and its layer on its path."""
    paths = [str(ROOT / "layers/inferx/python"), str(ROOT / "functions/predict")]
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment(), "PYTHONPATH": os.pathsep.join(paths)},
        check=True,
        capture_output=True,
        text=True,
    )
    return ran.stdout


def test_predict_imports_neither_validation_nor_boto3_nor_pillow() -> None:
    imported = output_of("import app, sys; print(*{name.split('.')[0] for name in sys.modules})")

    assert not set(imported.split()) & set(_HEAVY)


def test_predict_leaves_the_memory_that_a_ready_model_may_need() -> None:
    resident = int(
        output_of("import app; from inferx.serving import memory; print(memory.resident())")
    )

    assert resident <= (PREDICT_MEMORY_MB - REQUEST_MB) * MEBIBYTE - SESSION_BYTES
