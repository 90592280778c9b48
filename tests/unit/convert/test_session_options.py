"""Converting and measuring open sessions as predictions do: the options come from one place."""

from pathlib import Path

import pytest

from exported import graph
from inferx.onnx_session import session_options
from tools.onnx_models import summing
from tools.template import ROOT

_FOLDERS = (ROOT / "functions/convert", ROOT / "layers/sandbox")
_SOURCES = [path for folder in _FOLDERS for path in sorted(folder.rglob("*.py"))]


@pytest.mark.parametrize("words", ["import onnxruntime", "from onnxruntime", "SessionOptions("])
def test_no_other_module_makes_options(words: str) -> None:
    assert _SOURCES
    assert not [path for path in _SOURCES if words in path.read_text()]


def test_conversion_opens_sessions_without_an_arena(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(summing())

    options = graph.open_session(tmp_path / "model.onnx").get_session_options()

    assert not options.enable_cpu_mem_arena
    assert options.enable_mem_pattern == session_options().enable_mem_pattern
    assert options.graph_optimization_level == session_options().graph_optimization_level
