"""A login's time does not tell whether an address is known."""

import statistics
import time

import pytest

from inferx import settings
from inferx.identity.passwords import get_password_hash
from tests.integration.auth.conftest import AUTH
from tests.support.gateway import Client

COST = 9  # enough for bcrypt to matter, little enough for sixty of them
ROUNDS = 30


@pytest.mark.parametrize("stored_at", [COST, COST - 3], ids=["present cost", "an older cost"])
def test_unknown_and_known_addresses_take_the_same_processor_time(
    client: Client, monkeypatch: pytest.MonkeyPatch, stored_at: int
) -> None:
    monkeypatch.setattr(
        "inferx.identity.registration.get_password_hash",
        lambda password: get_password_hash(password, stored_at),
    )
    monkeypatch.setenv("BCRYPT_COST", str(COST))
    settings.forget()
    for number in range(ROUNDS):
        body = {"email": f"known{number}@example.com", "password": "SecurePass123!"}
        assert client.post(f"{AUTH}/register", json=body).status_code == 201

    def measure(email: str) -> float:
        body = {"email": email, "password": "not the password"}
        # The processor's time, not the clock's: what else the machine does, does not count.
        started = time.process_time()
        answer = client.post(f"{AUTH}/login", json=body)
        elapsed = time.process_time() - started
        assert answer.status_code == 401
        return elapsed

    measure("warm@example.com")
    unknown, known = zip(
        *[
            (measure(f"unknown{number}@example.com"), measure(f"known{number}@example.com"))
            for number in range(ROUNDS)
        ],
        strict=True,
    )

    assert 0.9 <= statistics.median(unknown) / statistics.median(known) <= 1.1
