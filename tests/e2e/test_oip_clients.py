"""The Open Inference Protocol's own clients against the deployed stack, unmodified."""

import json
import subprocess
from typing import Any

import pytest

from tests.e2e.conftest import REPOSITORY, Http
from tests.e2e.test_predict import upload

CLIENTS = REPOSITORY / "tests/e2e/clients"
PYTHON = REPOSITORY / ".venv-clients/bin/python"


@pytest.fixture(scope="session")
def _clients() -> None:
    """Make the clients' own virtual environment."""
    subprocess.run(["local/python", "-m", "local.setup", "clients"], cwd=REPOSITORY, check=True)


def ask(program: str, *arguments: str) -> dict[str, Any]:
    """Run one of the client programs; what it says."""
    ran = subprocess.run(
        [PYTHON, CLIENTS / program, *arguments], check=False, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    printed: dict[str, Any] = json.loads(ran.stdout)
    return printed


@pytest.mark.slow
@pytest.mark.usefixtures("_clients")
@pytest.mark.parametrize("form", ["json", "binary"])
def test_tritonclient_works_unmodified(
    user_http: Http, access_token: str, base_url: str, form: str
) -> None:
    upload(user_http, "iris flowers")

    seen = ask("triton.py", base_url.removeprefix("http://"), access_token, "iris flowers", form)

    assert seen == {
        "server": "inferx",
        "live": True,
        "ready": True,
        "model_ready": True,
        "unknown_ready": False,
        "id": "7",
        "labels": ["setosa", "virginica"],
        "probabilities": [2, 3],
        "compressed": ["gzip", "deflate"],
        "same": True,
        "mistake": "You have no model named 'unknown-name'.",
    }


@pytest.mark.slow
@pytest.mark.usefixtures("_clients")
@pytest.mark.parametrize("form", ["json", "binary"])
def test_kserves_rest_client_works_unmodified(
    user_http: Http, access_token: str, base_url: str, form: str
) -> None:
    upload(user_http, "iris")

    seen = ask("kserve_rest.py", base_url, access_token, "iris", form)

    assert seen.pop("mistake").startswith("You have no model named 'unknown'., '404 Not Found'")
    assert seen == {
        "live": True,
        "ready": True,
        "model_ready": True,
        "unknown_ready": False,
        "id": "7",
        "labels": ["setosa", "virginica"],
        "probabilities": [2, 3],
    }
