"""The authorizer's cold start: every first request waits for what it imports."""

import subprocess
import sys

import pytest

from tools.cloud import environment
from tools.template import ROOT

HEAVY = {"boto3", "botocore", "pydantic", "pynamodb", "bcrypt", "aws_lambda_powertools", "uuid6"}


@pytest.mark.process
def test_the_authorizer_imports_nothing_heavy() -> None:
    # The layer has no cryptography, which PyJWT would import, and tests have it through moto.
    command = (
        "import sys; sys.modules['cryptography'] = None; import app;"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", command],
        cwd=ROOT / "functions/authorizer",
        env={**environment(), "PYTHONPATH": str(ROOT / "layers/inferx/python")},
        capture_output=True,
        text=True,
        check=True,
    )

    assert not HEAVY & set(done.stdout.split())
