"""The days on which names changed."""

from datetime import UTC, datetime

import pytest

from inferx.storage.models import journal


def test_an_owner_always_has_the_same_key_of_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 11, 23, 23, 59, tzinfo=UTC)
    monkeypatch.setattr(journal, "now", lambda: moment)

    assert journal.today("owner") == journal.today("owner")
    assert journal.today("owner").startswith("2026-11-23#")


def test_owners_are_spread_over_the_keys() -> None:
    assert len({journal.today(f"owner {number}") for number in range(200)}) == 8
