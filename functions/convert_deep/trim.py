"""Removes from a folder of installed packages what a conversion never reads.

Run by the Dockerfile while the image is built: ``python trim.py FOLDER``.
"""

import shutil
import sys
from pathlib import Path

# Headers, programs and data for other work than reading a model and writing ONNX.
_UNUSED = (
    "bin",
    "share",
    "onnx/backend/test",
    "onnxruntime/datasets",
    "onnxruntime/quantization",
    "onnxruntime/tools",
    "onnxruntime/transformers",
    "torch/include",
    "torch/share",
    "torch/test",
)
_UNUSED_SUFFIXES = frozenset({".a", ".c", ".cpp", ".cuh", ".h", ".hpp", ".pxd", ".pyi", ".pyx"})
_PROGRAMS = "torch/bin"
_STARTED_BY_TORCH = "torch_shm_manager"  # PyTorch does not load without it
# Among numpy's tests, and imported by numpy.testing, which libraries use.
_NOT_ONLY_TESTS = ("numpy/_core/tests/__init__.py", "numpy/_core/tests/_natype.py")


def trim(packages: Path) -> None:
    """Remove packages' own tests, headers and programs.

    Args:
        packages: the folder that ``pip install --target`` filled.
    """
    for folder in _UNUSED:
        shutil.rmtree(packages / folder, ignore_errors=True)
    kept = {packages / name for name in _NOT_ONLY_TESTS}
    for path in sorted(packages.rglob("*")):
        if path.is_file() and path not in kept and _is_unused(path.relative_to(packages)):
            path.unlink()


def _is_unused(path: Path) -> bool:
    if path.is_relative_to(_PROGRAMS):
        return path.name != _STARTED_BY_TORCH
    is_test = not {"tests", "test"}.isdisjoint(path.parts[:-1])
    return is_test or path.suffix in _UNUSED_SUFFIXES


if __name__ == "__main__":
    trim(Path(sys.argv[1]))
