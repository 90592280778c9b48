"""onnxruntime's telemetry stays off: no file is written, and its vendor is not contacted.

Without the switch it writes a device id and a database under the user's cache folder at once,
and uploads after some seconds. A second process, which has no switch, shows that these tests
would see both; its uploads end at a proxy of the test's own.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import certifi
import pytest

from tools import onnx_models
from tools.template import ROOT, resources

UPLOAD_S = 60
"""Within which the first upload comes; after 9 s as measured."""

_PROGRAM = """
import sys
import numpy as np
{imported}
session = ort.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
session.run(None, {{"X": np.zeros((1, 2), np.float32)}})
print("ran", flush=True)
sys.stdin.read()
"""
_OURS = _PROGRAM.format(imported="from inferx.onnx_session import ort")
_BARE = _PROGRAM.format(imported="import onnxruntime as ort")


@dataclass
class Running:
    """A process that has opened a session and run it, and the proxy that it would use."""

    process: subprocess.Popen[str]
    folder: Path
    proxy: socket.socket

    def written(self) -> set[str]:
        """Return the files under its home, its cache and its temporary folder."""
        return {path.name for path in self.folder.rglob("*") if path.is_file()}

    def open_files(self) -> set[str]:
        """Return the files and sockets that it holds open, besides its standard streams."""
        links = Path(f"/proc/{self.process.pid}/fd").iterdir()
        targets = {link.name: str(link.readlink()) for link in links}
        return {target for number, target in targets.items() if int(number) > 2}

    def contacts_its_vendor(self, within_s: float) -> bool:
        """Return whether it asks the proxy for a connection in this time."""
        self.proxy.settimeout(within_s)
        try:
            connection, _ = self.proxy.accept()
        except TimeoutError:
            return False
        with connection:
            return b"microsoft.com" in connection.recv(1_000)


@contextmanager
def running(program: str, folder: Path) -> Iterator[Running]:
    """Run a program in folders of its own, with no environment but these."""
    model = folder.with_suffix(".onnx")
    model.write_bytes(onnx_models.summing())
    with ExitStack() as stack:
        proxy = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        url = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        environment = {
            "PYTHONPATH": str(ROOT / "layers/inferx/python"),
            "SSL_CERT_FILE": certifi.where(),  # without certificates it uploads nothing
        }
        for name in ("HOME", "XDG_CACHE_HOME", "TMPDIR"):
            (folder / name).mkdir(parents=True)
            environment[name] = str(folder / name)
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            environment |= {name: url, name.lower(): url}
        process = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-c", program, str(model)],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ran\n"
        yield Running(process, folder, proxy)
        process.kill()


@pytest.mark.process
@pytest.mark.slow
@pytest.mark.usefixtures("socket_enabled")
def test_sessions_write_no_file_and_contact_no_vendor(tmp_path: Path) -> None:
    with running(_OURS, tmp_path / "ours") as ours, running(_BARE, tmp_path / "bare") as bare:
        assert "deviceid" in bare.written()
        assert any("onnxruntime" in target for target in bare.open_files())
        assert bare.contacts_its_vendor(within_s=UPLOAD_S)

        assert ours.written() == set()
        assert ours.open_files() == set()
        assert not ours.contacts_its_vendor(within_s=0.1)


def test_the_function_sets_the_switch_and_so_do_the_tests() -> None:
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"
    predict = resources("AWS::Serverless::Function")["PredictFunction"]
    assert predict["Environment"]["Variables"]["ORT_DISABLE_TELEMETRY"] == "1"
