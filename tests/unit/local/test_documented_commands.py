"""The commands of docs/local.md, which `make test-docker` runs."""

import re
import subprocess
from typing import Any

import pytest

from tests.docker import commands
from tests.docker.emulated import Container
from tests.docker.measures import Measured, faults, table
from tools.template import ROOT

_EVENT = re.compile(r"EVENT=(\S+)")


def test_every_block_of_the_document_that_has_a_command_is_run() -> None:
    blocks = re.findall(r"^```(\w*)$", commands.DOCUMENT.read_text(), re.MULTILINE)
    listed = commands.documented()

    assert set(blocks) == {"", "bash"}
    assert commands.SERVING in listed
    assert commands.THIS in listed
    assert all(line.startswith(("make ", "curl ")) for line in listed)


def test_the_events_that_it_names_are_there() -> None:
    named = [_EVENT.search(line) for line in commands.documented()]

    for found in filter(None, named):
        assert (ROOT / found[1]).is_file()


def test_a_function_that_needs_most_of_its_memory_is_a_fault() -> None:
    mebibyte = 1 << 20
    small = Measured("Small", 900.0, 3.0, peak_bytes=80 * mebibyte, limit_bytes=100 * mebibyte)
    large = Measured("Large", 900.0, 3.0, peak_bytes=81 * mebibyte, limit_bytes=100 * mebibyte)

    assert faults([small, large]) == ["Large needs more than 80% of its memory"]
    assert table([large]).splitlines()[1].split() == [
        *("Large", "900", "ms", "3", "ms", "81", "MB", "100", "MB")
    ]


def test_durations_are_read_from_the_reports_in_a_containers_log(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report = (
        "REPORT RequestId: 5c41\tInit Duration: 0.10 ms\tDuration: 558.27 ms\t"
        "Billed Duration: 559 ms\tMemory Size: 1769 MB\tMax Memory Used: 1769 MB\t\n"
        "{}\nREPORT RequestId: 6d52\tDuration: 3.50 ms\tBilled Duration: 4 ms\t\n"
    )
    logged: Any = subprocess.CompletedProcess([], 0, stdout="", stderr=report)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: logged)

    assert Container("1", "PredictFunction", 1).durations_ms() == [558.27, 3.5]


def test_the_emulator_and_what_asks_are_no_part_of_a_functions_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    processes = [("aws-lambda-rie", 9000), ("python3.13", 64000), ("python3.13", 1000), ("sh", 500)]
    status = "".join(f"Name:\t{name}\nUmask:\t0022\nVmHWM:\t{kib} kB\n" for name, kib in processes)
    monkeypatch.setattr(Container, "run", lambda *_: status)

    assert Container("1", "PredictFunction", 1).resident_bytes() == 65000 << 10
