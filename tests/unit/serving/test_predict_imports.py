"""What the predict function imports is its cold start: nothing that it can do without."""

import os
import subprocess
import sys

import pytest

from tools.cloud import environment
from tools.template import ROOT

_HEAVY = ("pydantic", "aws_lambda_powertools", "pynamodb", "boto3", "botocore", "requests", "uuid6")


@pytest.mark.process
def test_predict_imports_neither_validation_nor_boto3() -> None:
    program = "import app, sys; print(*{name.split('.')[0] for name in sys.modules})"
    paths = [str(ROOT / "layers/inferx/python"), str(ROOT / "functions/predict")]

    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment(), "PYTHONPATH": os.pathsep.join(paths)},
        check=True,
        capture_output=True,
        text=True,
    )

    assert not set(ran.stdout.split()) & set(_HEAVY)
