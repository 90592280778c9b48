"""What is kept of a child process's standard error."""

import subprocess
import sys
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inferx.telemetry.child_errors import traceback_of


@pytest.mark.process
def test_a_traceback_keeps_calls_and_type_and_loses_its_text() -> None:
    program = "def fit():\n    raise ValueError('a secret value')\nfit()"

    child = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert traceback_of(child.stderr) == ["<string>:3 <module>", "<string>:2 fit", "ValueError"]


def test_an_error_of_a_library_keeps_its_module() -> None:
    text = "".join(traceback.format_exception(subprocess.SubprocessError("a secret value")))

    assert traceback_of(text) == ["subprocess.SubprocessError"]


@given(st.text())
def test_text_that_is_no_traceback_is_dropped(text: str) -> None:
    assert traceback_of("a secret value\n" + text.replace("Err", "").replace("Ex", "")) == []


def test_however_long_a_text_is_little_is_kept_of_it() -> None:
    text = '  File "a.py", line 1, in f\n' * 10_000 + "ValueError: x\n" * 10_000

    assert len(traceback_of(text)) <= 80
