"""``make fuzz``: schemathesis against the OpenAPI document that the local stack serves.

``python -m tests.fuzz BASE_URL [SECONDS]``. It makes an account of its own, and a model to ask.
"""

import io
import os
import secrets
import subprocess
import sys
from pathlib import Path

import joblib
import requests
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).parents[2]
CONFIG = Path(__file__).parent / "schemathesis.toml"
_TIMEOUT_S = 60


def credential(base_url: str) -> str:
    """Return a new user's access token; the user has a model named ``iris``."""
    person = {"email": f"{secrets.token_hex(8)}@example.com", "password": "SecurePass123!"}
    requests.post(f"{base_url}/api/v1/auth/register", json=person, timeout=_TIMEOUT_S)
    tokens = requests.post(f"{base_url}/api/v1/auth/login", json=person, timeout=_TIMEOUT_S).json()
    data = load_iris()
    file = io.BytesIO()
    joblib.dump(LogisticRegression(max_iter=1000).fit(data.data, data.target), file)
    requests.post(
        f"{base_url}/api/v1/models/upload",
        headers={"Authorization": f"Bearer {tokens['access_token']}"},
        data={"name": "iris", "model_type": "sklearn", "file_name": "iris.joblib"},
        files={"file": ("iris.joblib", file.getvalue())},
        timeout=_TIMEOUT_S,
    ).raise_for_status()
    return str(tokens["access_token"])


def main() -> int:
    """Run it; its exit status."""
    base_url, *rest = sys.argv[1:]
    command = [
        str(ROOT / ".venv-fuzz/bin/schemathesis"),
        f"--config-file={CONFIG}",
        "run",
        f"{base_url}/openapi.json",
        f"--url={base_url}",
        f"--header=Authorization: Bearer {credential(base_url)}",
        f"--max-time={rest[0] if rest else 120}",
        "--max-examples=30",
        "--continue-on-failure",
        "--request-timeout=40",
        "--warnings=off",
        "--exclude-path=/api/v1/auth/password",  # it would end the session that it runs in
        "--exclude-path=/api/v1/auth/logout",
        "--exclude-operation-id=delete_account",  # its refusals count as failed logins
        # A change is judged by the same requests each time; people who fuzz look for new ones.
        *(["--generation-deterministic"] if os.environ.get("CI") else []),
    ]
    return subprocess.run(command, check=False, cwd=ROOT / ".local").returncode


if __name__ == "__main__":
    sys.exit(main())
