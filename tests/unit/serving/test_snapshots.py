"""SnapStart's hook."""

import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from inferx.http import snapshots
from inferx.storage.signed import exchange


def test_without_snapshots_nothing_happens() -> None:
    snapshots.renew_when_restored()


def test_a_restored_function_renews_its_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    registered: list[Callable[[], None]] = []
    runtime = ModuleType("snapshot_restore_py")
    runtime.register_after_restore = registered.append  # type: ignore[attr-defined]  # made here
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", runtime)
    with exchange.kept_connection("http", "127.0.0.1:1", 1) as kept:
        pass

    snapshots.renew_when_restored()
    registered[0]()

    with exchange.kept_connection("http", "127.0.0.1:1", 1) as renewed:
        assert renewed is not kept
    exchange.forget()
