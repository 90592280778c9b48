"""Two invocations that claim the same uploaded object, or one that the plan does not hold."""

from typing import Any

import pytest

from inferx.entities.models import ModelVersion
from inferx.plans import Plan
from inferx.registry.claims import Claim, claim
from inferx.registry.records import find
from inferx.storage.transactions import Transaction
from tests.integration.models.conftest import FILE, Reserve, Storage, record, send


@pytest.fixture
def waiting(reserve: Reserve) -> ModelVersion:
    """Return a version whose file has been sent and not been claimed."""
    data: dict[str, Any] = reserve()
    send(data["upload"])
    model = find(data["model"]["id"])
    assert model is not None
    return model


def claim_meanwhile(monkeypatch: pytest.MonkeyPatch, model: ModelVersion, size: int) -> None:
    """Let another invocation claim the object just before the next transaction is written."""
    commit = Transaction.commit

    def commit_second(self: Transaction) -> object:
        monkeypatch.setattr(Transaction, "commit", commit)
        assert claim(model, "1", size) is Claim.GRANTED
        return commit(self)

    monkeypatch.setattr(Transaction, "commit", commit_second)


def test_of_two_claims_at_once_one_is_granted(
    waiting: ModelVersion, monkeypatch: pytest.MonkeyPatch, storage: Storage
) -> None:
    claim_meanwhile(monkeypatch, waiting, len(FILE))

    assert claim(waiting, "1", len(FILE)) is Claim.HELD
    assert storage() == (len(FILE), 1)


def test_a_claim_that_loses_does_not_fail_a_conversion_that_took_the_last_room(
    waiting: ModelVersion, small_plan: Plan, monkeypatch: pytest.MonkeyPatch, storage: Storage
) -> None:
    claim_meanwhile(monkeypatch, waiting, 60)

    assert claim(waiting, "1", 60) is Claim.HELD
    assert record(waiting.id).status == "converting"
    assert storage() == (60, 1)


def test_a_file_over_the_quota_is_recorded_as_failed(
    waiting: ModelVersion, small_plan: Plan, storage: Storage
) -> None:
    assert claim(waiting, "1", 101) is Claim.EXCESSIVE
    assert "of which 100 are free" in str(record(waiting.id).error)
    assert claim(waiting, "1", 101) is Claim.UNWANTED
    assert storage() == (0, 1)


def test_a_deleted_model_wants_no_file(waiting: ModelVersion) -> None:
    record(waiting.id).delete()

    assert claim(waiting, "1", 1) is Claim.UNWANTED
