"""Functions and layers log through ``inferx.telemetry`` and by no other way."""

import ast
from pathlib import Path

import pytest

from tools.template import ROOT

_SOURCES = sorted(
    path
    for folder in ("functions", "layers")
    for path in (ROOT / folder).rglob("*.py")
    if "inferx/telemetry" not in path.as_posix()
)


def _other_ways(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & {"logging"}
        elif isinstance(node, ast.ImportFrom) and node.module == "logging":
            found.add("logging")
        elif isinstance(node, ast.Name) and node.id == "print":
            found.add("print")
        elif isinstance(node, ast.ImportFrom) and "aws_lambda_powertools" in str(node.module):
            found |= {alias.name for alias in node.names} & {"Logger", "Metrics"}
    return found


@pytest.mark.parametrize("path", _SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_logs_past_telemetry(path: Path) -> None:
    assert not _other_ways(path)
