"""No call of `log` can write the text of an error: each line of the source that logs is read."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.template import ROOT

_FOLDERS = ("functions", "layers")
_TEXTS = {"str", "repr", "format", "format_exc", "format_exception"}


def _log_calls(path: Path) -> Iterator[tuple[ast.Call, frozenset[str]]]:
    """Yield each call of `log`, with the names of the errors that are caught around it."""

    def within(node: ast.AST, caught: frozenset[str]) -> Iterator[tuple[ast.Call, frozenset[str]]]:
        if isinstance(node, ast.ExceptHandler) and node.name:
            caught |= {node.name}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "log":
            yield node, caught
        for child in ast.iter_child_nodes(node):
            yield from within(child, caught)

    yield from within(ast.parse(path.read_text()), frozenset())


def _faults(call: ast.Call, caught: frozenset[str]) -> Iterator[str]:
    level, message = call.args
    if not all(isinstance(each, ast.Constant) for each in (level, message)):
        yield "its level and its message are constants"
    for keyword in call.keywords:
        if keyword.arg == "error":
            if not isinstance(keyword.value, ast.Name):
                yield "an error is given as it was caught"
            continue
        for node in ast.walk(keyword.value):
            if isinstance(node, ast.Name) and node.id in caught:
                yield f"{keyword.arg} is made of an error"
            if isinstance(node, ast.Name) and node.id in _TEXTS:
                yield f"{keyword.arg} is a text made by {node.id}"
            if isinstance(node, ast.JoinedStr):
                yield f"{keyword.arg} is a text put together"


def _sources() -> list[Path]:
    # The logger itself passes on what it was given; its own tests hold it to the same.
    found = (path for folder in _FOLDERS for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if "inferx/telemetry" not in path.as_posix())


def test_no_log_call_writes_the_text_of_an_error() -> None:
    calls = [(path, *found) for path in _sources() for found in _log_calls(path)]

    faults = {
        f"{path.relative_to(ROOT)}:{call.lineno}": sorted(set(_faults(call, caught)))
        for path, call, caught in calls
        if any(_faults(call, caught))
    }
    assert len(calls) > 15
    assert faults == {}


@pytest.mark.parametrize(
    "source",
    [
        "try: f()\nexcept E as error: log('error', 'failed', why=error)",
        "try: f()\nexcept E as error: log('error', 'failed', why=error.args[0])",
        "try: f()\nexcept E as error: log('error', f'failed: {error}')",
        "log('error', 'failed', why=str(outcome))",
        "log('error', 'failed', why=f'{outcome}')",
        "log('error', 'failed', error=outcome.text)",
    ],
)
def test_a_call_that_would_is_found(source: str, tmp_path: Path) -> None:
    path = tmp_path / "source.py"
    path.write_text(source)

    ((call, caught),) = _log_calls(path)

    assert list(_faults(call, caught))
