"""`make image` and `make deploy-image`: the converter of deep networks as a container image."""

import argparse
import platform
import shutil
import subprocess
import sys
import time

from local import torch_wheels
from local.failure import Failure
from local.interpreters import find
from local.paths import LOGS, ROOT, STATE
from local.setup import make_folder, obtain_uv, run
from local.torch_wheels import Target

NAME = "inferx-convert-deep"
LOCAL_URI = f"{NAME}:latest"
LOG = LOGS / "image.log"

_REQUIREMENTS = ROOT / "functions/convert_deep/requirements.txt"
_DOCKERFILE = "functions/convert_deep/Dockerfile"
# How Lambda, wheels and Docker each name a processor.
_MACHINES = {"x86_64": ("x86_64", "linux/amd64"), "arm64": ("aarch64", "linux/arm64")}


def require_docker() -> None:
    """Return if a Docker engine responds.

    Raises:
        Failure: none does.
    """
    if shutil.which("docker") is None:
        raise Failure("There is no `docker` on PATH: install Docker, or another engine with it.")
    asked = subprocess.run(["docker", "info"], check=False, capture_output=True)
    if asked.returncode:
        raise Failure("No Docker engine responds: start it, and see that `docker info` works.")


def native_architecture() -> str:
    """Return Lambda's name for this machine's processor."""
    return "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"


def build(python: str, architecture: str) -> None:
    """Build the image, named `LOCAL_URI`, and print its size.

    Args:
        python: the version of Lambda's base image, as in "3.13".
        architecture: as Lambda names it; it has to be the stack's.

    Raises:
        Failure: there is no Docker, or a step failed; the sentence names the log.
    """
    require_docker()
    LOGS.mkdir(parents=True, exist_ok=True)
    LOG.unlink(missing_ok=True)
    machine, docker_platform = _MACHINES[architecture]
    started = time.monotonic()
    print(f"Downloading the wheels for Python {python} on {architecture} …", file=sys.stderr)
    target = Target(python, machine)
    _download_wheels(target)
    print(f"Building {LOCAL_URI} …", file=sys.stderr)
    foreign = [] if architecture == native_architecture() else ["--platform", docker_platform]
    arguments = {"PYTHON": python, "WHEELS": str(target.folder.relative_to(ROOT))}
    given = [
        part for name, value in arguments.items() for part in ("--build-arg", f"{name}={value}")
    ]
    command = ["docker", "build", *foreign, *given, "--tag", LOCAL_URI, "--file", _DOCKERFILE, "."]
    # Lambda takes no image with attestations, which newer builders add.
    run(command, LOG, {"BUILDX_NO_DEFAULT_ATTESTATIONS": "1"})
    elapsed = time.monotonic() - started
    print(f"{LOCAL_URI}: {size() / 1e6:,.0f} MB, built in {elapsed:.0f} s", file=sys.stderr)


def size() -> int:
    """Return the built image's size in bytes, unpacked."""
    return int(inspect("{{.Size}}"))


def inspect(form: str) -> str:
    """Return what Docker knows of the built image, in a Go template's form."""
    command = ["docker", "image", "inspect", "--format", form, LOCAL_URI]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _download_wheels(target: Target) -> None:
    interpreter = find(target.python)
    if interpreter is None:
        raise Failure(f"There is no Python {target.python} here, whose pip knows what it needs.")
    folder = STATE / f"pip-{target.python}"
    pip = folder / "bin/python"
    if not pip.is_file():
        make_folder(interpreter, folder, obtain_uv(), LOG)
    remove_other_wheels(target)
    if torch_wheels.download(pip, target, LOG) is None:
        raise Failure(
            f"pip finds no {target.requirement} for Python {target.python}, neither where it is "
            f"configured to look nor in {torch_wheels.PUBLIC_INDEX} (log: {LOG.relative_to(ROOT)})"
        )
    torch_wheels.fetch(pip, target, ["--require-hashes", "--requirement", str(_REQUIREMENTS)], LOG)


def remove_other_wheels(target: Target) -> None:
    """Remove all but PyTorch, of this version: the image gets whatever is in the folder."""
    kept = f"{target.requirement.replace('==', '-')}-"
    for wheel in target.folder.glob("*.whl"):
        if not wheel.name.startswith(kept):
            wheel.unlink()


def main() -> None:
    """Run the command that the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m local.image", description=__doc__)
    parser.add_argument("command", choices=["build", "deploy"])
    parser.add_argument("--python", default="3.13")
    parser.add_argument("--architecture", choices=_MACHINES, default=native_architecture())
    parser.add_argument("--stack", default="inferx")
    arguments = parser.parse_args()
    try:
        build(arguments.python, arguments.architecture)
        if arguments.command == "deploy":
            from local.image_deployment import deploy  # noqa: PLC0415  # boto3 is slow to import

            deploy(arguments.stack)
    except Failure as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main()
