"""A login's work does not depend on whether an account has the address.

It is counted, not timed, so what else the machine does cannot change it. The deployed stack's
tests measure the processor's time.
"""

from collections.abc import Callable
from typing import Any

import bcrypt
import pytest

from inferx import settings
from inferx.identity.passwords import get_password_hash
from tests.integration.auth.conftest import AUTH
from tests.support.gateway import Client

COST = 9
REGISTERED = "ada@example.com"


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Collect the rounds, 2 to the power of the cost, of each bcrypt hash from now on."""
    computed: list[int] = []

    def counted(function: Callable[[bytes, bytes], Any]) -> Callable[[bytes, bytes], Any]:
        def call(password: bytes, salt: bytes) -> Any:
            computed.append(2 ** int(salt[4:6]))
            return function(password, salt)

        return call

    monkeypatch.setattr(bcrypt, "checkpw", counted(bcrypt.checkpw))
    monkeypatch.setattr(bcrypt, "hashpw", counted(bcrypt.hashpw))
    return computed


@pytest.mark.parametrize("stored_at", [COST, COST - 3], ids=["present cost", "an older cost"])
@pytest.mark.parametrize("address", [REGISTERED, "unknown@example.com"])
def test_a_refused_login_costs_one_hash_of_the_present_cost(
    client: Client,
    rounds: list[int],
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    stored_at: int,
) -> None:
    monkeypatch.setattr(
        "inferx.identity.registration.get_password_hash",
        lambda password: get_password_hash(password, stored_at),
    )
    body = {"email": REGISTERED, "password": "SecurePass123!"}
    assert client.post(f"{AUTH}/register", json=body).status_code == 201
    monkeypatch.setenv("BCRYPT_COST", str(COST))
    settings.forget()
    rounds.clear()

    refused = client.post(f"{AUTH}/login", json={"email": address, "password": "not it at all"})

    assert refused.status_code == 401
    assert sum(rounds) == 2**COST
