"""`layers/install.sh` takes no distribution file but those whose hashes are pinned."""

import hashlib
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from tools.template import ROOT

pytestmark = pytest.mark.process


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """Return a wheel of one module in a folder of its own."""
    path = tmp_path / "wheels" / "tiny-1.0-py3-none-any.whl"
    path.parent.mkdir()
    facts = "tiny-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tiny.py", "")
        archive.writestr(f"{facts}/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr(f"{facts}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        archive.writestr(f"{facts}/RECORD", "")
    return path


def install(wheel: Path, pins: str) -> tuple[int, list[str]]:
    """Run the script where `pins` is requirements.txt; return its status and what it installed."""
    folder = wheel.parents[1]
    (folder / "requirements.txt").write_text(pins)
    wheels = str(wheel.parent)
    ran = subprocess.run(
        [str(ROOT / "layers/install.sh"), str(folder / "target")],
        check=False,
        capture_output=True,
        cwd=folder,
        env={
            **os.environ,
            "INFERX_ARCH": "native",
            **{"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels},
            **{"UV_NO_INDEX": "1", "UV_FIND_LINKS": wheels},
        },
    )
    return ran.returncode, [path.name for path in (folder / "target").glob("tiny.py")]


def digest(wheel: Path) -> str:
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


def test_a_file_with_the_pinned_hash_is_installed(wheel: Path) -> None:
    status, installed = install(wheel, f"tiny==1.0 \\\n    --hash=sha256:{digest(wheel)}\n")

    assert (status, installed) == (0, ["tiny.py"])


def test_a_file_with_another_hash_is_not(wheel: Path) -> None:
    status, installed = install(wheel, f"tiny==1.0 \\\n    --hash=sha256:{'0' * 64}\n")

    assert status != 0
    assert installed == []


def test_a_pin_without_a_hash_is_not(wheel: Path) -> None:
    status, installed = install(wheel, "tiny==1.0\n")

    assert status != 0
    assert installed == []


def test_what_the_runtime_provides_is_left_out_with_its_hashes(wheel: Path) -> None:
    provided = f"boto3==1.0 \\\n    --hash=sha256:{'0' * 64}\n    # via tiny\n"

    status, installed = install(
        wheel, f"{provided}tiny==1.0 \\\n    --hash=sha256:{digest(wheel)}\n"
    )

    assert (status, installed) == (0, ["tiny.py"])
