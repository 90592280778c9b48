"""A Python client generated from the committed OpenAPI document, against the deployed stack."""

import json
import os
import secrets
import subprocess
from pathlib import Path

import pytest

from local.demo.training import train
from tests.e2e.conftest import REPOSITORY, Http
from tools.openapi.build import DOCUMENT

PROGRAM = REPOSITORY / "tests/clients/python/predict.py"
TOOLS = REPOSITORY / ".venv-openapi/bin"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the generated package; a warning of the generator is a failure."""
    subprocess.run(["local/python", "-m", "local.setup", "openapi"], cwd=REPOSITORY, check=True)
    folder = tmp_path_factory.mktemp("generated")
    arguments = ["--meta", "none", "--output-path", "inferx_api", "--fail-on-warning"]
    run(folder, "openapi-python-client", "generate", "--path", DOCUMENT, *arguments)
    return folder


def run(folder: Path, program: str, *arguments: str | Path) -> str:
    """Run one of the tools beside the generated package and return what it prints."""
    # The generator formats by the ruff that it finds.
    path = os.pathsep.join([str(TOOLS), os.environ["PATH"]])
    environment = {"PATH": path, "PYTHONPATH": str(folder), "MYPYPATH": str(folder)}
    done = subprocess.run(
        [TOOLS / program, *arguments],
        cwd=folder,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_program_that_uses_the_generated_client_has_no_type_error(generated: Path) -> None:
    strict = ["--strict", "--follow-imports=silent", f"--python-executable={TOOLS / 'python'}"]

    printed = run(generated, "mypy", *strict, PROGRAM)

    assert printed.startswith("Success")


def test_the_generated_client_uploads_and_predicts(
    generated: Path, base_url: str, tmp_path: Path
) -> None:
    model = tmp_path / "iris.pkl"
    model.write_bytes(train().pickled())
    email = f"{secrets.token_hex(8)}@example.com"

    printed = run(generated, "python", PROGRAM, base_url, email, "SecurePass123!", model)

    assert json.loads(printed) == {
        "registered": email,
        "status": "ready",
        "classes": ["setosa", "versicolor", "virginica"],
        "listed": ["iris"],
        "row": "setosa",
        "likeliest": "setosa",
        "batch": ["setosa", "virginica"],
        "refused": "Row 1 (input[0]): Model expects 4 features, got 1",
        "inferred": ["setosa", "virginica"],
    }


def test_the_served_document_names_the_address_of_the_stack(http: Http, base_url: str) -> None:
    document = http.get("/openapi.json").json()

    assert [server["url"] for server in document["servers"]] == [base_url]
    assert http.get(document["servers"][0]["url"] + "/api/v1/health").status_code == 200
