"""Where PyTorch without CUDA comes from."""

import platform
from pathlib import Path

import pytest

from local import torch_wheels
from local.failure import Failure
from local.torch_wheels import PUBLIC_INDEX, Target, download

PINNED = "torch==1.2.3"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep wheels in a folder of the test's own, and pin a version of no release."""
    requirement = tmp_path / "requirements-torch.txt"
    requirement.write_text(f"# why\n{PINNED}\n")
    monkeypatch.setattr(torch_wheels, "REQUIREMENT", requirement)
    monkeypatch.setattr(torch_wheels, "STATE", tmp_path)
    return tmp_path


class Pip:
    """Stands in for pip: finds a wheel when its arguments have `index` among them, if that is set.

    Attributes:
        asked: the arguments of each call.
    """

    def __init__(self, index: str | None) -> None:
        self.index = index
        self.asked: list[list[str]] = []

    def __call__(self, python: Path, target: Target, arguments: list[str], log: Path) -> None:
        """Download, or fail."""
        self.asked.append(arguments)
        if self.index is None or (self.index and self.index not in arguments):
            raise Failure("pip failed")
        target.folder.mkdir(parents=True)
        name = target.requirement.replace("==", "-")
        (target.folder / f"{name}-cp311-cp311-linux_x86_64.whl").touch()


def asked_of(monkeypatch: pytest.MonkeyPatch, *, index: str | None) -> Pip:
    pip = Pip(index)
    monkeypatch.setattr(torch_wheels, "fetch", pip)
    return pip


@pytest.mark.parametrize(("system", "expected"), [("Linux", f"{PINNED}+cpu"), ("Darwin", PINNED)])
def test_only_linux_has_a_build_for_processors_alone(
    monkeypatch: pytest.MonkeyPatch, system: str, expected: str
) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)

    assert Target("3.11").requirement == expected


def test_an_image_runs_linux_wherever_it_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    target = Target("3.13", "aarch64")

    assert target.requirement == f"{PINNED}+cpu"
    assert "--platform=manylinux_2_28_aarch64" in target.options


def test_the_users_own_configuration_of_pip_comes_first(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pip = asked_of(monkeypatch, index="")

    wheel = download(Path("python"), Target("3.11", "x86_64"), place / "log")

    assert wheel is not None
    assert len(pip.asked) == 1
    assert PUBLIC_INDEX not in pip.asked[0]


def test_the_public_index_comes_second(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = asked_of(monkeypatch, index=PUBLIC_INDEX)

    wheel = download(Path("python"), Target("3.11", "x86_64"), place / "log")

    assert wheel is not None
    assert len(pip.asked) == 2


def test_a_wheel_that_is_nowhere_is_no_error(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = asked_of(monkeypatch, index=None)

    wheel = download(Path("python"), Target("3.11", "x86_64"), place / "log")

    assert wheel is None
    assert len(pip.asked) == 2


def test_a_wheel_is_downloaded_once(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = asked_of(monkeypatch, index="")
    first = download(Path("python"), Target("3.11", "x86_64"), place / "log")

    second = download(Path("python"), Target("3.11", "x86_64"), place / "log")

    assert first == second
    assert len(pip.asked) == 1
