"""A removal whose process dies after any of its writes is gone on with and completed."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from botocore.client import BaseClient

from inferx.accounts import removal
from inferx.storage import removals
from inferx.storage.tables import connection
from tests.integration.auth.conftest import Clock, Leave
from tests.support.kills import Killed
from tests.support.whole_accounts import fill, leave_unfinished, traces

WRITES = ("BatchWriteItem", "UpdateItem", "DeleteItem", "DeleteObjects")
A_DAY_S = removal.UNFINISHED_LASTS.total_seconds()


@contextmanager
def dying_after_a_new_write(seen: list[str]) -> Iterator[None]:
    """End the process once DynamoDB or S3 has done the first write that is not among ``seen``."""
    every: Any = BaseClient
    tables, clients = connection._Connection._make_api_call, every._make_api_call

    def through(genuine: Any) -> Any:
        def call(self: Any, operation: str, parameters: Any) -> Any:
            result = genuine(self, operation, parameters)
            # Without the values, among which are times.
            named = ("Key", "UpdateExpression", "RequestItems", "Delete")
            write = f"{operation} {[parameters.get(name) for name in named]}"
            if operation in WRITES and write not in seen:
                seen.append(write)
                raise Killed
            return result

        return call

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection._Connection, "_make_api_call", through(tables))
        patch.setattr(BaseClient, "_make_api_call", through(clients))
        yield


def test_a_removal_that_dies_after_each_write_in_turn_goes_on_from_there(
    leave: Leave, time: Clock, test_user: dict[str, Any]
) -> None:
    fill(test_user["id"], test_user["email"])
    leave_unfinished(test_user["id"])
    leave()
    time.pass_seconds(A_DAY_S)
    # A death before a write leaves what the one after the write before it leaves.
    writes: list[str] = []
    is_complete = False
    for _ in range(40):
        found = list(removals.waiting())
        with suppress(Killed), dying_after_a_new_write(writes):
            is_complete = removal.remove(test_user["id"])
        time.pass_seconds(A_DAY_S / 10)
        assert found == [test_user["id"]] or is_complete, "the nightly job would not find it"

    assert is_complete
    assert traces(test_user["id"], test_user["email"]) == []
    assert len(writes) >= 17, writes
