"""`make lock`: every requirements.in pinned to a requirements.txt beside it.

Pins that still fit stay as they are; `make lock UPGRADE=1` looks for newer versions. What is
deployed is pinned with the SHA-256 of each distribution file, which installing it requires.
"""

import os
import subprocess
import sys

from local.paths import ROOT
from local.setup import obtain_uv

SHIPPED = (
    "layers/inferx/requirements",
    "layers/onnx/requirements",
    "layers/batch/requirements",
    "layers/web/requirements",
    "functions/convert/requirements",
    "functions/convert_deep/requirements",
)
"""The lists of what is deployed; PyTorch, which comes from no ordinary index, is none of them."""

# The development environment comes last: it includes the pins of what is deployed.
NAMES = (
    *SHIPPED,
    "tests/deep/requirements",
    "local/requirements-sam",
    "local/requirements-stack",
    "tests/clients/python/requirements",
    "tests/e2e/clients/requirements",
    "tests/fuzz/requirements",
    "bench/peers/requirements-bentoml",
    "bench/peers/requirements-fastapi",
    "bench/peers/requirements-litserve",
    "bench/peers/requirements-mlserver",
    "bench/peers/requirements-pandas",
    "bench/peers/requirements-trees",
    "requirements-dev",
)

# These also run where PyTorch without CUDA is to be had for Python 3.11 alone.
OF_DEEP_NETWORKS = ("functions/convert_deep/requirements", "tests/deep/requirements")


def main() -> None:
    """Compile all of `NAMES`."""
    uv = obtain_uv()
    if uv is None:
        sys.exit("`make lock` needs uv, which is neither on PATH nor to be had from PyPI.")
    options = ["--universal", "--no-header", "--quiet"]
    if os.environ.get("UPGRADE"):
        options.append("--upgrade")
    for name in NAMES:
        oldest = "3.11" if name in OF_DEEP_NETWORKS else "3.13"
        hashes = ["--generate-hashes"] if name in SHIPPED else []
        command = [uv, "pip", "compile", *options, *hashes, "--python-version", oldest]
        command += [f"{name}.in", "--output-file", f"{name}.txt"]
        subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
