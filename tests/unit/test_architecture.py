"""Arrows run one way: functions → edge → domain → storage. Files stay small."""

import ast
import subprocess
from pathlib import Path

import pytest

from tools.template import ROOT

_PACKAGE = ROOT / "layers/inferx/python/inferx"
_DOMAIN = {"identity", "registry", "serving", "conversion", "notifications"}


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _within(modules: set[str], *packages: str) -> set[str]:
    return {
        module
        for module in modules
        for package in packages
        if module == package or module.startswith(f"{package}.")
    }


def _sources(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


@pytest.mark.parametrize("package", sorted(_DOMAIN))
def test_the_domain_knows_nothing_of_the_edge(package: str) -> None:
    for path in _sources(_PACKAGE / package):
        assert not _within(_imports(path), "inferx.http", "aws_lambda_powertools"), path


def test_storage_imports_neither_domain_nor_edge() -> None:
    above = [f"inferx.{name}" for name in (*_DOMAIN, "edge")]
    for path in _sources(_PACKAGE / "storage"):
        assert not _within(_imports(path), *above), path


def test_only_storage_and_serving_speak_to_aws() -> None:
    for path in _sources(_PACKAGE):
        if path.relative_to(_PACKAGE).parts[0] not in {"storage", "serving"}:
            assert not _within(_imports(path), "boto3", "botocore"), path


def test_handlers_touch_no_store() -> None:
    for path in sorted((ROOT / "functions").glob("*/app.py")):
        assert not _within(_imports(path), "boto3", "botocore", "pynamodb", "onnxruntime"), path


def test_no_python_file_is_longer_than_300_lines() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    files = [ROOT / name for name in listed.stdout.split()]
    long = {
        str(path): lines for path in files if (lines := len(path.read_text().splitlines())) > 300
    }
    assert not long
