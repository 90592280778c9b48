"""Pacing attempts, and what DynamoDB's cancellations mean."""

from itertools import islice

import pytest

from inferx.errors import Unavailable
from inferx.storage import transactions


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses taken, in a time that moves by nothing else."""
    pauses: list[float] = []
    monkeypatch.setattr("inferx.storage.transactions.time.sleep", pauses.append)
    monkeypatch.setattr("inferx.storage.transactions.time.monotonic", lambda: sum(pauses))
    return pauses


def test_the_first_attempt_does_not_wait(slept: list[float]) -> None:
    assert next(transactions.attempts()) == 0
    assert slept == []


def test_pauses_grow_to_a_second_at_most(
    slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inferx.storage.transactions.random.uniform", lambda _, high: high)

    list(islice(transactions.attempts(), 9))

    assert slept == pytest.approx([0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1, 1])


def test_attempts_end_when_the_time_is_over(slept: list[float]) -> None:
    with pytest.raises(Unavailable):
        for _ in transactions.attempts(seconds=3):
            pass

    assert sum(slept) <= 3
