"""Settings: what each function needs, what the template sets, and the message when they differ."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from inferx.settings import InvalidSetting, Settings, forget, require, settings
from tools.template import ROOT, function_folders, resources, template

LAYER = ROOT / "layers/inferx/python"
SET_BY_LAMBDA = {"region", "memory_mb"}
OF_LIBRARIES = {"ORT_DISABLE_TELEMETRY"}
OF_TELEMETRY = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "LOG_LEVEL"}
OF_PREDICTIONS = {"MODEL_METRICS"}  # read by telemetry, where models are measured
FUNCTIONS = sorted(function_folders())


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Read the settings afresh in each test."""
    forget()
    yield
    forget()


def required_by(function: str) -> set[str]:
    """Return the settings that the function's ``app`` requires, under its own name."""
    tree = ast.parse((function_folders()[function] / "app.py").read_text())
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "require":
            named, *names = [ast.literal_eval(argument) for argument in node.args]
            assert named == function
            found |= set(names)
    return found


def set_by_template(function: str) -> set[str]:
    """Return the environment variables of the function, its own and the global ones."""
    images = resources("AWS::Lambda::Function")  # which SAM's globals do not reach
    if function in images:
        return set(images[function]["Environment"]["Variables"])
    everywhere = template()["Globals"]["Function"]["Environment"]["Variables"]
    own = resources("AWS::Serverless::Function")[function].get("Environment", {})
    return set(everywhere) | set(own.get("Variables", {}))


def imported_sources(function: str) -> set[Path]:
    """Return the files that the function's ``app`` imports, directly or not."""
    folder = function_folders()[function]
    found, waiting = set(), [folder / "app.py"]
    while waiting:
        path = waiting.pop()
        found.add(path)
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            places = [base / name.replace(".", "/") for base in (folder, LAYER) for name in names]
            files = [place.with_suffix(".py") for place in places]
            files += [place / "__init__.py" for place in places]
            waiting += [file for file in files if file.is_file() and file not in found]
    return found


def read_by(function: str) -> set[str]:
    """Return the settings that the function's code reads: by attribute, or as a table's name."""
    names = {name for name in vars(Settings) if not name.startswith("_")}
    found = set()
    for path in imported_sources(function):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "settings":
                found.add(node.attr)
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "setting":
                found.add(ast.literal_eval(node.value))
    return found & names


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_template_sets_what_the_function_requires_and_nothing_else(function: str) -> None:
    required = {name.upper() for name in required_by(function)}

    assert set_by_template(function) - OF_LIBRARIES - OF_PREDICTIONS == required | OF_TELEMETRY


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_requires_what_its_code_reads_and_nothing_else(function: str) -> None:
    read = read_by(function) - SET_BY_LAMBDA

    assert required_by(function) == read


def test_telemetry_reads_the_variables_that_every_function_has() -> None:
    sources = "".join(path.read_text() for path in (LAYER / "inferx/telemetry").glob("*.py"))

    assert {name for name in OF_TELEMETRY if name in sources} == OF_TELEMETRY


def test_every_missing_variable_is_named_with_the_function_that_lacks_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("USERS_TABLE", raising=False)
    monkeypatch.setenv("BUCKET", "")
    monkeypatch.setenv("MODELS_TABLE", "Models")

    with pytest.raises(InvalidSetting) as raised:
        require("UploadFunction", "users_table", "models_table", "bucket")

    assert str(raised.value) == (
        "UploadFunction in template.yaml is not configured: "
        "the environment variable USERS_TABLE is not set; "
        "the environment variable BUCKET is not set."
    )


@pytest.mark.parametrize("value", ["twelve", "12.5", "", "-4", "3", "32", "²"])
def test_a_work_factor_that_bcrypt_cannot_use_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("BCRYPT_COST", value)

    with pytest.raises(InvalidSetting, match="the environment variable BCRYPT_COST is "):
        require("AuthFunction", "bcrypt_cost")


def test_a_queue_url_that_is_no_url_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MAIL_QUEUE_URL", "MailQueue")

    with pytest.raises(InvalidSetting, match="MAIL_QUEUE_URL is 'MailQueue', which is no URL"):
        require("AuthFunction", "mail_queue_url")


def test_mail_may_have_no_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_SENDER", "")

    require("MailerFunction", "mail_sender")

    assert settings.mail_sender == ""


def test_a_valid_setting_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BCRYPT_COST", "12")
    require("AuthFunction", "bcrypt_cost")

    monkeypatch.setenv("BCRYPT_COST", "13")

    assert settings.bcrypt_cost == 12
