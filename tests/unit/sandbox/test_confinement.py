"""What the kernel refuses to a confined process, on each of its threads, as root and as others."""

import os
import sys
from pathlib import Path

import pytest

from sandbox import child
from sandbox.kernel import system_call
from tests.unit.sandbox.children import write_module

pytestmark = [pytest.mark.process, pytest.mark.slow]

_LANDLOCK_VERSION = (444, 0, 0, 1)
_CALL = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def call(name, *arguments):
    from sandbox.forbidden_calls import FORBIDDEN, OF_ITSELF_ONLY
    import platform
    table = {**FORBIDDEN, **OF_ITSELF_ONLY}
    number = table[name][platform.machine() != "x86_64"]
    result = libc.syscall(ctypes.c_long(number), *map(ctypes.c_ulong, arguments))
    print(name, "allowed" if result >= 0 else os.strerror(ctypes.get_errno()))
"""


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Printed":
    return Printed(tmp_path, monkeypatch)


class Printed:
    """Runs code as a confined child and returns what it prints."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.directory, self._monkeypatch = directory, monkeypatch

    def __call__(self, code: str) -> str:
        module = write_module(self.directory, code, self._monkeypatch)
        job = self.directory / "job"
        job.mkdir()
        return child.run(module, job, seconds=60, memory_bytes=2 << 30).output


def _has_landlock() -> bool:
    try:
        return system_call(*_LANDLOCK_VERSION) > 0
    except OSError:
        return False


def test_calls_that_reach_beyond_the_process_are_refused(printed: Printed) -> None:
    names = [
        *("tkill", "tgkill", "pidfd_open", "ptrace", "setpriority", "sched_setscheduler"),
        *("memfd_create", "shmget", "semget", "msgget", "add_key", "keyctl", "bpf", "chroot"),
        *("io_uring_setup", "perf_event_open", "personality", "unshare", "socket", "execve"),
    ]

    output = printed(_CALL + "".join(f"call({name!r}, 0, 0, 0, 0)\n" for name in names))

    assert output.splitlines() == [f"{name} Operation not permitted" for name in names]


@pytest.mark.parametrize("name", ["sched_setaffinity", "prlimit64"])
def test_calls_on_a_process_are_refused_for_another_one(name: str, printed: Printed) -> None:
    output = printed(_CALL + f"call({name!r}, 1, 0, 0, 0)\n")

    assert output.strip() == f"{name} Operation not permitted"


@pytest.mark.parametrize("command", ["F_SETOWN", "F_SETSIG"])
def test_a_pipe_cannot_be_made_to_send_a_signal(command: str, printed: Printed) -> None:
    output = printed(f"import fcntl, os; fcntl.fcntl(os.pipe()[0], fcntl.{command}, os.getppid())")

    assert "PermissionError" in output


def test_other_commands_on_files_are_allowed(printed: Printed) -> None:
    output = printed("import fcntl; fcntl.fcntl(1, fcntl.F_SETFD, fcntl.FD_CLOEXEC); print('done')")

    assert output.strip() == "done"


def test_who_may_use_a_file_cannot_be_changed(printed: Printed) -> None:
    outside = printed.directory / "outside"
    outside.touch()

    output = printed(f"import os; os.chmod({os.fspath(outside)!r}, 0o777)")

    assert "PermissionError" in output
    assert outside.stat().st_mode & 0o777 != 0o777


def test_a_process_may_call_them_on_itself(printed: Printed) -> None:
    output = printed("import os; os.sched_setaffinity(0, os.sched_getaffinity(0)); print('done')")

    assert output.strip() == "done"


def test_root_is_left_with_no_capability(printed: Printed) -> None:
    output = printed("print(open('/proc/self/status').read())")

    fields = dict(line.split(":", 1) for line in output.splitlines() if ":" in line)
    assert int(fields["CapEff"], 16) == int(fields["CapPrm"], 16) == 0
    assert fields["NoNewPrivs"].strip() == "1"


def test_limits_cannot_be_raised_again(printed: Printed) -> None:
    output = printed("import resource as r; r.setrlimit(r.RLIMIT_AS, (4 << 30, 4 << 30))")

    assert "not allowed to raise maximum limit" in output


def test_threads_that_a_library_starts_have_the_filter(printed: Printed) -> None:
    output = printed(
        "import onnxruntime, pathlib\n"
        "for each in pathlib.Path('/proc/self/task').iterdir():\n"
        "    print(*[line for line in (each / 'status').read_text().splitlines()"
        " if line.startswith('Seccomp:')])\n"
    )

    assert set(output.splitlines()) == {"Seccomp:\t2"}


def test_threads_from_before_have_the_filter_too(printed: Printed) -> None:
    # The module confines itself first; a thread of a second, unconfined process is needed here.
    code = (
        "import threading, time, pathlib, os, sys\n"
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "from sandbox.confinement import confine_this_process\n"
        "confine_this_process(2 << 30)\n"
        "for each in pathlib.Path('/proc/self/task').iterdir():\n"
        "    print(*[line for line in (each / 'status').read_text().splitlines()"
        " if line.startswith('Seccomp:')])\n"
    )
    folder = printed.directory / "plain"
    folder.mkdir()
    (folder / "plain_job.py").write_text(code)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [*sys.path, str(folder)])
        output = child.run("plain_job", folder, seconds=60, memory_bytes=2 << 30).output

    assert output.splitlines() == ["Seccomp:\t2"] * 2


def test_files_are_written_in_the_jobs_directory_alone(printed: Printed) -> None:
    outside = printed.directory / "outside"

    output = printed(
        "open('inside', 'w').write('x')\n"
        "open('/dev/null', 'w').write('x')\n"
        "print('written')\n"
        f"open({os.fspath(outside)!r}, 'w')\n"
    )

    assert "written" in output
    assert outside.exists() != _has_landlock()
    assert ("PermissionError" in output) == _has_landlock()
