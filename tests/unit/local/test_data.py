"""What outlives the emulator, without starting one."""

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from local import data, emulator

KEPT = {"port": 4566, "deployed": "digest", "base_url": "http://127.0.0.1:4566/api"}


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the local stack an empty place to write to."""
    monkeypatch.setattr(data, "DATA", tmp_path / "data")
    monkeypatch.setattr(emulator, "LOCK", tmp_path / "emulator.lock")
    monkeypatch.setattr(emulator, "RECORD", tmp_path / "stack.json")
    return tmp_path


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Replace the emulator by one that holds its lock and listens nowhere."""
    held: list[int] = []

    def launch(port: int, lock: int) -> SimpleNamespace:
        held.append(os.dup(lock))
        return SimpleNamespace(pid=1)

    monkeypatch.setattr(emulator, "_launch", launch)
    monkeypatch.setattr(emulator, "_is_listening", lambda port: False)
    yield
    for lock in held:
        os.close(lock)


@pytest.fixture
def model(state: Path) -> Path:
    """Write a file as an emulator does."""
    path = state / "data" / "4566" / "s3" / "model.onnx"
    path.parent.mkdir(parents=True)
    path.write_text("a model")
    return path


@pytest.mark.usefixtures("launched")
def test_an_emulator_started_again_has_the_deployment_and_the_models_of_the_last(
    model: Path,
) -> None:
    data.mark_complete(KEPT)

    emulator.start(4566)

    assert emulator.record() == {**KEPT, "pid": 1}
    assert model.exists()


@pytest.mark.usefixtures("launched")
def test_another_port_begins_empty_and_leaves_the_models_of_the_first(model: Path) -> None:
    data.mark_complete(KEPT)

    emulator.start(4567)

    assert emulator.record() == {"pid": 1, "port": 4567}
    assert data.last_port() == 4566
    assert model.exists()


@pytest.mark.usefixtures("launched")
def test_data_whose_writing_was_cut_off_is_erased(model: Path) -> None:
    data.mark_complete(KEPT)
    data.mark_incomplete(4566)

    emulator.start(4566)

    assert emulator.record() == {"pid": 1, "port": 4566}
    assert not model.exists()


def test_without_a_stop_there_are_no_facts() -> None:
    assert data.facts(4566) == {}
    assert data.last_port() is None
