"""Virtual environments and their stamps."""

from pathlib import Path

import pytest

from local.setup import Environment, find_uv


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("rich==15.0.0\n")
    folder = tmp_path / ".venv"
    folder.mkdir()
    return Environment(folder, requirements)


def test_an_environment_without_a_stamp_is_not_current(environment: Environment) -> None:
    assert not environment.is_current()


def test_an_environment_is_current_until_its_requirements_change(environment: Environment) -> None:
    environment.stamp.write_text(environment.digest())
    was_current = environment.is_current()

    environment.requirements.write_text("rich==15.0.1\n")

    assert was_current
    assert not environment.is_current()


def test_uv_is_not_used_where_the_user_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFERX_NO_UV", "1")

    assert find_uv() is None
