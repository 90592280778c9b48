"""Plans and what does not fit them."""

import pytest

from inferx.clock import now
from inferx.entities.models import ModelVersion, Status
from inferx.entities.users import User
from inferx.errors import Conflict, TooLarge
from inferx.plans import PLANS, plan_named
from inferx.registry import quotas


def user(*, storage_bytes: int = 0, model_count: int = 0) -> User:
    """Return a user of the free plan."""
    return User(
        id="1",
        email="a@example.com",
        full_name=None,
        password_hash="",
        is_active=True,
        created_at=now(),
        storage_bytes=storage_bytes,
        model_count=model_count,
    )


def model(counted_bytes: int) -> ModelVersion:
    """Return a version that counts these bytes."""
    return ModelVersion(
        id=str(counted_bytes),
        owner_id="1",
        name="iris",
        version=1,
        model_type="sklearn",
        status=Status.READY,
        file_name="iris.pkl",
        created_at=now(),
        updated_at=now(),
        counted_bytes=counted_bytes,
    )


def test_an_unknown_plan_is_the_smallest() -> None:
    assert plan_named("gone") is PLANS["free"]
    assert plan_named("pro") is PLANS["pro"]


def test_pro_holds_more_of_everything() -> None:
    free, pro = PLANS["free"], PLANS["pro"]

    assert pro.storage_bytes > free.storage_bytes
    assert pro.models > free.models
    assert pro.file_bytes > free.file_bytes


def test_storage_is_what_the_versions_count() -> None:
    assert quotas.calculate_storage_size(map(model, (1, 20, 300))) == 321
    assert quotas.calculate_storage_size([]) == 0


def test_too_many_bytes_are_refused_with_the_numbers() -> None:
    excess = quotas.excess(user(storage_bytes=1024**3 - 5), size=1_000, models=1)

    assert isinstance(excess, TooLarge)
    assert "1,000 bytes" in excess.detail
    assert "5 are free" in excess.detail


def test_too_many_models_are_refused_with_the_numbers() -> None:
    excess = quotas.excess(user(model_count=1_000), size=1, models=1)

    assert isinstance(excess, Conflict)
    assert "1,000 model versions" in excess.detail


def test_a_full_plan_still_holds_the_file_of_its_last_model() -> None:
    assert quotas.excess(user(model_count=1_000), size=1, models=0) is None


def test_what_fits_exactly_is_no_excess() -> None:
    full_but_one = user(storage_bytes=1024**3 - 5, model_count=999)

    assert quotas.excess(full_but_one, size=5, models=1) is None


def test_a_file_of_just_the_plans_size_is_accepted() -> None:
    quotas.check_file_size(PLANS["free"], PLANS["free"].file_bytes)

    with pytest.raises(TooLarge):
        quotas.check_file_size(PLANS["free"], PLANS["free"].file_bytes + 1)
