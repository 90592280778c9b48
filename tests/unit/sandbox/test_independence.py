"""The sandbox is shared by converters, so it knows none of them, nor any library of models."""

import subprocess
import sys

import pytest

from tools.template import ROOT

_PACKAGE = ROOT / "layers/sandbox/python/sandbox"
_LIBRARIES = {
    *("converter", "converter_deep", "sklearn", "skl2onnx", "onnx", "joblib"),
    *("skops", "xgboost", "lightgbm", "scipy", "torch", "tensorflow", "keras"),
}


@pytest.mark.process
def test_the_sandbox_imports_no_converter_and_no_library_of_models() -> None:
    modules = sorted(path.stem for path in _PACKAGE.glob("*.py"))
    program = (
        f"import importlib, sys; [importlib.import_module('sandbox.' + m) for m in {modules}];"
        "import numpy; from inferx import onnx_session;"  # what measuring imports in main()
        "print(*{name.split('.')[0] for name in sys.modules})"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )

    imported = set(ran.stdout.split())
    assert {"sandbox", "onnxruntime"} <= imported
    assert not imported & _LIBRARIES


def test_the_sandbox_names_no_converter_and_no_library_of_models() -> None:
    for path in sorted(_PACKAGE.rglob("*.py")):
        lines = path.read_text().splitlines()
        imports = [line.split() for line in lines if line.lstrip().startswith(("import ", "from "))]
        named = {words[1].split(".")[0] for words in imports}
        assert not named & _LIBRARIES, path
