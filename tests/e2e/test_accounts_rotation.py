"""Rotating the signing keys of the deployed stack, as an operator does."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.e2e.conftest import Http
from tests.e2e.stack_data import STACK, StackData


@pytest.fixture
def stack(base_url: str) -> Iterator[StackData]:
    """Return the stack's data; put its signing keys back before the new one signs."""
    data = StackData(base_url)
    before = data.signing_keys()
    yield data
    data.set_signing_keys(before)


def test_the_command_adds_a_key_and_logs_no_one_out(user_http: Http, stack: StackData) -> None:
    before = json.loads(stack.signing_keys())

    done = subprocess.run(
        [sys.executable, "-m", "inferx.identity.rotate_keys", STACK],
        env=stack.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    after = json.loads(stack.signing_keys())

    assert done.returncode == 0, done.stderr
    assert after["previous"]["key"] == before["key"]
    assert after["key"] not in done.stdout
    assert user_http.get("/api/v1/auth/me").status_code == 200
