"""Fixtures of the identity tests: a key ring that needs no Secrets Manager, and cheap hashes."""

from collections.abc import Iterator
from typing import Any

import pytest

from inferx import settings
from inferx.identity import signing_keys

KEY = "k" * 64


@pytest.fixture(autouse=True)
def bcrypt_cost(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Set bcrypt's lowest cost, in the environment as the stack does."""
    monkeypatch.setenv("BCRYPT_COST", "4")
    settings.forget()
    yield 4
    settings.forget()


@pytest.fixture
def keys_document(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Return what the signing keys' secret holds; change it in place to rotate."""
    document: dict[str, Any] = {"kid": "1", "key": KEY}
    monkeypatch.setenv("SIGNING_KEYS_SECRET", "SigningKeys")
    monkeypatch.setattr(signing_keys, "read_json", lambda _: dict(document))
    signing_keys.forget()
    yield document
    signing_keys.forget()
