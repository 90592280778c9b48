"""What of the installed packages gets into the image."""

from pathlib import Path

import pytest

from trim import trim

KEPT = (
    "numpy/_core/tests/_natype.py",
    "torch/__init__.py",
    "torch/bin/torch_shm_manager",
    "torch/lib/libtorch_cpu.so",
    "torch/testing/__init__.py",
)
REMOVED = (
    "bin/isympy",
    "numpy/_core/tests/test_array.py",
    "onnx/onnx.proto.h",
    "sympy/core/tests/test_add.py",
    "torch/bin/protoc",
    "torch/include/ATen/ATen.h",
    "torch/nn/modules.pyi",
    "torch/test/test_torch.bin",
)


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """Return a folder of installed packages."""
    for name in (*KEPT, *REMOVED):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return tmp_path


def test_tests_headers_and_programs_are_removed_and_nothing_else(packages: Path) -> None:
    trim(packages)

    left = {str(path.relative_to(packages)) for path in packages.rglob("*") if path.is_file()}
    assert left == set(KEPT)
