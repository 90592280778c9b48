"""What may import what: functions → http, queues → domain → storage. Files stay small."""

import ast
import subprocess
from pathlib import Path

import pytest

from tools.template import ROOT

_PACKAGE = ROOT / "layers/inferx/python/inferx"
_SANDBOX = ROOT / "layers/sandbox/python/sandbox"
_FUNCTIONS = ROOT / "functions"

# Modules and packages that know of no other part of InferX, so that every part may use them.
_LEAVES = {
    "",
    "capacity",
    "clock",
    "cold_start",
    "deadline",
    "entities",
    "errors",
    "examples",
    "feature_runs",
    "ids",
    "image_inputs",
    "images",
    "input_hints",
    "manifest",
    "onnx_session",
    "plans",
    "samples",
    "settings",
    "signature",
    "known_values",
    "texts",
    "token_patterns",
    "telemetry",
    "untrusted",
}
# Which parts each other part may import besides the leaves and itself.
_ARROWS = {
    "accounts": {"identity", "storage"},
    "storage": set(),
    "identity": {"storage"},
    "registry": {"identity", "storage", "webhooks"},
    "conversion": {"registry", "identity", "storage", "webhooks"},
    "serving": {"storage"},
    "batch": {"jobs", "serving", "storage"},
    "jobs": {"identity", "serving", "storage", "webhooks"},
    "notifications": {"identity", "storage"},
    "http": {"identity", "registry", "storage"},
    "webhooks": {"identity", "storage"},
    "queues": set(),
}
_STORES = ("boto3", "botocore", "pynamodb")
_MODEL_LIBRARIES = ("joblib", "lightgbm", "skl2onnx", "sklearn", "skops", "xgboost")


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


def _sources(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def _part(module: str) -> str:
    """Return which part of the package a module belongs to; ``""`` for the package itself."""
    return module.removeprefix("inferx").removeprefix(".").partition(".")[0]


def _parts_imported_by(path: Path) -> set[str]:
    modules = _within(_imports(path), "inferx")
    return {_part(module) for module in modules if (_PACKAGE / _part(module)).exists()} | {
        _part(module) for module in modules if (_PACKAGE / f"{_part(module)}.py").exists()
    }


def test_every_part_of_the_package_has_its_rule() -> None:
    parts = {path.relative_to(_PACKAGE).parts[0].removesuffix(".py") for path in _sources(_PACKAGE)}

    assert parts - {"__init__"} == _LEAVES - {""} | _ARROWS.keys()


@pytest.mark.parametrize("part", sorted(_ARROWS))
def test_a_part_imports_only_what_lies_below_it(part: str) -> None:
    for path in _sources(_PACKAGE / part):
        above = _parts_imported_by(path) - _LEAVES - _ARROWS[part] - {part}
        assert not above, f"{path} imports {above}"


@pytest.mark.parametrize("leaf", sorted(_LEAVES - {""}))
def test_a_leaf_imports_only_leaves(leaf: str) -> None:
    module = _PACKAGE / f"{leaf}.py"
    for path in [module] if module.exists() else _sources(_PACKAGE / leaf):
        assert _parts_imported_by(path) <= _LEAVES, path


def test_only_storage_imports_clients_of_aws() -> None:
    for path in _sources(_PACKAGE, _SANDBOX, _FUNCTIONS):
        if path.relative_to(ROOT).parts[:5] != ("layers", "inferx", "python", "inferx", "storage"):
            assert not _within(_imports(path), *_STORES), path


def test_only_one_module_imports_onnxruntime() -> None:
    importing = {path for path in _sources(_PACKAGE, _SANDBOX, _FUNCTIONS) if _imports_ort(path)}

    assert importing == {_PACKAGE / "onnx_session.py"}


def _imports_ort(path: Path) -> bool:
    # The exceptions that sessions raise live in a submodule, which imports nothing anew.
    modules = _within(_imports(path), "onnxruntime")
    return any(
        not module.startswith("onnxruntime.capi.") for module in modules - {"onnxruntime.capi"}
    )


def test_the_domain_knows_nothing_of_events() -> None:
    for part in _ARROWS.keys() - {"http", "queues"}:
        for path in _sources(_PACKAGE / part):
            assert not _within(_imports(path), "aws_lambda_powertools"), path


def test_the_sandbox_knows_of_no_model_library_and_of_leaves_only() -> None:
    for path in _sources(_SANDBOX):
        assert not _within(_imports(path), "converter", *_MODEL_LIBRARIES), path
        assert _parts_imported_by(path) <= _LEAVES | {"conversion"}, path


def test_functions_are_doorways() -> None:
    for path in sorted(_FUNCTIONS.glob("*/app.py")):
        assert not _within(_imports(path), "onnxruntime", "inferx.storage.tables"), path


def test_nothing_but_tests_imports_tests() -> None:
    folders = [ROOT / name for name in ("bench", "functions", "layers", "local", "tools")]
    for path in _sources(*folders):
        assert not _within(_imports(path), "tests"), path


def test_no_python_file_is_longer_than_300_lines() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    files = [ROOT / name for name in listed.stdout.split()]
    long = {
        str(path): lines for path in files if (lines := len(path.read_text().splitlines())) > 300
    }
    assert not long
