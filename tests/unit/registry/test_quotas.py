"""Plans and what does not fit them."""

from typing import Any

import pytest

from inferx.clock import now
from inferx.errors import Conflict, TooLarge
from inferx.plans import PLANS, plan_named
from inferx.registry import quotas
from inferx.storage.tables.models import ModelItem
from inferx.storage.tables.users import UserItem


def user(**counters: int) -> UserItem:
    """A user of the free plan."""
    facts: dict[str, Any] = {"storage_bytes": 0, "model_count": 0} | counters
    return UserItem("user#1", id="1", email="a@example.com", created_at=now(), **facts)


def test_an_unknown_plan_is_the_smallest() -> None:
    assert plan_named("gone") is PLANS["free"]
    assert plan_named("pro") is PLANS["pro"]


def test_pro_holds_more_of_everything() -> None:
    free, pro = PLANS["free"], PLANS["pro"]

    assert pro.storage_bytes > free.storage_bytes
    assert pro.models > free.models
    assert pro.file_bytes > free.file_bytes


def test_storage_is_what_the_models_count() -> None:
    models = [ModelItem(f"model#{size}", counted_bytes=size) for size in (1, 20, 300)]

    assert quotas.calculate_storage_size(models) == 321
    assert quotas.calculate_storage_size([]) == 0


def test_too_many_bytes_are_told_with_the_numbers() -> None:
    excess = quotas.excess(user(storage_bytes=1024**3 - 5), size=1_000)

    assert isinstance(excess, TooLarge)
    assert "1,000 bytes" in excess.detail
    assert "5 are free" in excess.detail


def test_too_many_models_are_told_with_the_numbers() -> None:
    excess = quotas.excess(user(model_count=1_000), size=1)

    assert isinstance(excess, Conflict)
    assert "1,000 model versions" in excess.detail


def test_a_file_of_just_the_plans_size_is_taken() -> None:
    quotas.check_file_size(PLANS["free"], PLANS["free"].file_bytes)

    with pytest.raises(TooLarge):
        quotas.check_file_size(PLANS["free"], PLANS["free"].file_bytes + 1)
