"""Fixtures of the storage tests: an environment to make AWS clients in, and AWS out of order."""

from collections.abc import Iterator

import pytest

from inferx import settings
from inferx.storage import aws
from inferx.storage.tables.connection import connection
from tools.cloud import environment


@pytest.fixture(autouse=True)
def clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fresh clients with credentials that open nothing; sockets are disabled anyway."""
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    _forget()
    yield
    _forget()


def _forget() -> None:
    settings.forget()
    aws.forget()
    connection.cache_clear()
