"""A package that Lambda would not take fails its build."""

from pathlib import Path

import pytest

from tools.check_size import main


@pytest.fixture
def folders(tmp_path: Path) -> list[str]:
    """Return a function and a layer, one MiB each."""
    for name in ("ConvertFunction", "SandboxLayer"):
        (tmp_path / name / "inner").mkdir(parents=True)
        (tmp_path / name / "inner" / "content").write_bytes(bytes(1 << 20))
    return [str(tmp_path / name) for name in ("ConvertFunction", "SandboxLayer")]


def test_function_and_layers_within_the_limit_pass(folders: list[str]) -> None:
    assert main(["2", *folders]) == 0


def test_layers_count_too(folders: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["1", *folders[:1]]) == 0
    assert main(["1", *folders]) == 1
    assert capsys.readouterr().out.endswith("ConvertFunction: 2.0 MiB unzipped, 1 MiB allowed\n")
