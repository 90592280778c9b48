"""Listing: what page 1 reads from DynamoDB, with ten models and with ten thousand.

Counted, not timed: items and bytes are what DynamoDB bills and what its latency follows, while the
time of an emulator that sorts its indexes at each query would say something about the emulator.
The real listing runs against moto, and the SDK's responses are counted.
"""

import os
from typing import Any
from unittest.mock import patch

from moto import mock_aws

from bench.figures import Figure
from bench.subject import Subject
from inferx import settings
from inferx.clock import iso, now
from inferx.identity.principal import Principal
from inferx.ids import new_id
from inferx.registry import listing
from inferx.storage import aws
from inferx.storage.item_keys import model_pk, owner_name_key, user_key
from inferx.storage.tables.models import ModelItem
from inferx.storage.tables.users import UserItem
from tools.cloud import build, environment

_FEW, _MANY = 10, 10_000
_PER_PAGE = 10


def measure(_: Subject) -> list[Figure]:
    """Count the items and bytes of page 1 of ten, for few and for many models."""
    settings.forget()
    aws.forget()
    # Only these: other parts of the benchmark leave their own endpoint behind.
    with patch.dict(os.environ, environment(), clear=True), mock_aws():
        build()
        few, many = (_reads_of_page_1(_owner_of(count)) for count in (_FEW, _MANY))
    against = f"of {_FEW:,} models"
    return [
        Figure(f"page 1 of {_MANY:,} models, items", many[0], against, few[0], "items", 1.2),
        Figure(f"page 1 of {_MANY:,} models, bytes", many[1], against, few[1], "bytes", 1.2),
    ]


def _owner_of(count: int) -> str:
    owner_id = new_id()
    UserItem(
        user_key(owner_id),
        id=owner_id,
        email=f"{count}@example.com",
        password_hash="",
        created_at=now(),
        model_count=count,
    ).save()
    with ModelItem.batch_write() as batch:
        for version in range(1, count + 1):
            batch.save(_model(owner_id, version))
    return owner_id


def _model(owner_id: str, version: int) -> ModelItem:
    model_id, moment = new_id(), iso(now())
    return ModelItem(
        model_pk(model_id),
        id=model_id,
        owner_id=owner_id,
        owner_name=owner_name_key(owner_id, "iris"),
        name="iris",
        version=version,
        model_type="sklearn",
        status="ready",
        file_name="iris.joblib",
        created_at=moment,
        updated_at=moment,
    )


def _reads_of_page_1(owner_id: str) -> tuple[int, int]:
    items, size = 0, 0

    def count(parsed: dict[str, Any], http_response: Any, **_: Any) -> None:
        nonlocal items, size
        items += int(parsed.get("ScannedCount", 0)) + ("Item" in parsed)
        items += sum(len(found) for found in parsed.get("Responses", {}).values())
        size += len(http_response.content)

    events = ModelItem._get_connection().connection.client.meta.events
    events.register("after-call.dynamodb", count)
    caller = Principal(owner_id, frozenset({"models:read"}), "access_token")
    page = listing.page_of(caller, page=1, per_page=_PER_PAGE)
    events.unregister("after-call.dynamodb", count)
    assert len(page.models) == _PER_PAGE
    return items, size
