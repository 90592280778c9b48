"""The record of the emulator's process, without starting one."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import emulator
from local.failure import Failure
from local.lock import try_lock


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the emulator an empty place for its lock and record."""
    monkeypatch.setattr(emulator, "LOCK", tmp_path / "emulator.lock")
    monkeypatch.setattr(emulator, "RECORD", tmp_path / "stack.json")
    return tmp_path


@pytest.fixture
def running(state: Path) -> Iterator[None]:
    """Hold the lock as a living emulator does, on port 4566."""
    lock = try_lock(emulator.LOCK)
    assert lock is not None
    emulator.RECORD.write_text('{"pid": 1, "port": 4566}')
    yield
    os.close(lock)


@pytest.mark.usefixtures("running")
def test_facts_are_added_to_the_record_of_a_running_emulator() -> None:
    emulator.remember(base_url="http://127.0.0.1:4566/")

    assert emulator.record() == {"pid": 1, "port": 4566, "base_url": "http://127.0.0.1:4566/"}


@pytest.mark.usefixtures("state")
def test_a_record_that_a_dead_emulator_left_is_ignored() -> None:
    emulator.RECORD.write_text('{"pid": 1, "port": 4566}')

    assert emulator.record() == {}


@pytest.mark.usefixtures("state")
def test_stopping_without_an_emulator_ends_no_process() -> None:
    emulator.RECORD.write_text('{"pid": 1, "port": 4566}')

    assert emulator.stop() is False


@pytest.mark.usefixtures("running")
def test_starting_again_on_the_same_port_does_nothing() -> None:
    emulator.start(4566)

    assert emulator.record()["pid"] == 1


@pytest.mark.usefixtures("running")
def test_a_second_port_is_refused_while_an_emulator_runs() -> None:
    with pytest.raises(Failure, match="runs on port 4566: `make down` before port 4567"):
        emulator.start(4567)


@pytest.mark.usefixtures("state")
def test_a_port_that_another_program_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulator, "_is_listening", lambda port: port == 4566)

    with pytest.raises(Failure, match="Port 4566 is in use by another program"):
        emulator.start(4566)


@pytest.mark.usefixtures("state")
def test_an_emulator_that_ended_while_starting_is_noticed() -> None:
    with pytest.raises(Failure, match=r"ended while starting: see \.local/logs/emulator\.log"):
        emulator.wait_until_ready(4566)


def test_an_address_where_nothing_listens_has_no_emulator(socket_enabled: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert emulator.is_ready("127.0.0.1", port) is False
