"""The environment of Keras and PyTorch: made with the first Python that has both, or reported."""

from pathlib import Path

import pytest

from local import build, deep_environment, torch_wheels
from local.failure import Failure

type Made = list[str]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """Replace every step that installs something; return what was installed with which Python.

    Both Pythons are there, and PyTorch for none.
    """
    steps: Made = []

    def make_folder(python: Path, folder: Path, *_: object) -> None:
        (folder / "bin").mkdir(parents=True, exist_ok=True)
        (folder / "bin/python").write_text(str(python))

    folder = tmp_path / ".venv-deep"
    monkeypatch.setattr(deep_environment, "FOLDER", folder)
    monkeypatch.setattr(deep_environment, "PYTHON", folder / "bin/python")
    monkeypatch.setattr(deep_environment, "_STAMP", folder / ".requirements.sha256")
    monkeypatch.setattr(deep_environment, "STATE", tmp_path)
    monkeypatch.setattr(deep_environment, "obtain_uv", lambda: None)
    monkeypatch.setattr(deep_environment, "find", lambda version: Path(f"python{version}"))
    monkeypatch.setattr(deep_environment, "make_folder", make_folder)
    monkeypatch.setattr(deep_environment, "_install", lambda wheel, uv: steps.append(wheel.name))
    monkeypatch.setattr(torch_wheels, "download", lambda *_: None)
    monkeypatch.delenv("REQUIRE_DEEP", raising=False)
    return steps


def has_torch_for(monkeypatch: pytest.MonkeyPatch, *versions: str) -> None:
    def download(python: Path, target: torch_wheels.Target, log: Path) -> Path | None:
        return Path(f"torch-{target.python}.whl") if target.python in versions else None

    monkeypatch.setattr(torch_wheels, "download", download)


def test_the_newer_python_is_taken_where_it_has_pytorch(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_torch_for(monkeypatch, "3.13", "3.11")

    deep_environment.set_up()

    assert made == ["torch-3.13.whl"]


def test_the_older_python_is_taken_where_the_newer_has_no_pytorch(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_torch_for(monkeypatch, "3.11")

    deep_environment.set_up()

    assert made == ["torch-3.11.whl"]
    assert deep_environment.PYTHON.read_text() == "python3.11"


def test_what_was_made_is_not_made_again(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    has_torch_for(monkeypatch, "3.11")
    deep_environment.set_up()

    deep_environment.set_up()

    assert deep_environment.is_there()
    assert made == ["torch-3.11.whl"]


def test_a_machine_without_pytorch_reports_what_is_missing(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        deep_environment, "find", lambda version: Path("python") if version == "3.13" else None
    )

    with pytest.raises(Failure) as raised:
        deep_environment.set_up()

    sentence = str(raised.value)
    assert sentence.startswith("Keras and PyTorch models cannot be converted on this machine: ")
    assert "for Python 3.13, and there is no Python 3.11 here" in sentence
    assert not deep_environment.FOLDER.exists()
    assert made == []


@pytest.mark.parametrize(("required", "status"), [("", 0), ("1", 1)])
def test_a_missing_environment_is_loud_and_a_failure_only_where_it_is_required(
    made: Made,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    required: str,
    status: int,
) -> None:
    monkeypatch.setenv("REQUIRE_DEEP", required)

    assert deep_environment.main() == status

    assert "!!! Keras and PyTorch models cannot be converted" in capsys.readouterr().err


def test_a_stack_is_deployed_again_when_the_environment_is_made(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "digest_of", lambda *_, **__: "0123")
    has_torch_for(monkeypatch, "3.11")
    before = build.sources_digest()

    deep_environment.set_up()

    assert build.sources_digest() != before
