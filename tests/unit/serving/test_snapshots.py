"""SnapStart's hook."""

import random
import sys
from collections.abc import Callable
from types import ModuleType
from unittest.mock import Mock

import pytest

from inferx import onnx_session
from inferx.http import snapshots
from inferx.storage.signed import exchange


def test_without_snapshots_nothing_happens() -> None:
    snapshots.renew_when_restored()


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Callable[[], None]]]:
    """Return what is registered with Lambda's runtime, by when it is run."""
    registered: dict[str, list[Callable[[], None]]] = {"before": [], "after": []}
    runtime = ModuleType("snapshot_restore_py")
    vars(runtime)["register_before_snapshot"] = registered["before"].append
    vars(runtime)["register_after_restore"] = registered["after"].append
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", runtime)
    return registered


def test_a_restored_function_renews_its_connections(
    hooks: dict[str, list[Callable[[], None]]],
) -> None:
    with exchange.kept_connection("http", "127.0.0.1:1", 1) as kept:
        pass

    snapshots.renew_when_restored()
    hooks["after"][0]()

    with exchange.kept_connection("http", "127.0.0.1:1", 1) as renewed:
        assert renewed is not kept
    exchange.forget()


def test_two_restored_functions_draw_different_random_numbers(
    hooks: dict[str, list[Callable[[], None]]],
) -> None:
    snapshots.renew_when_restored()
    drawn = set()

    for _ in range(2):
        random.seed(0)
        hooks["after"][0]()
        drawn.add(random.random())

    assert len(drawn) == 2


def test_a_snapshot_is_taken_with_the_runtime_primed(
    hooks: dict[str, list[Callable[[], None]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Mock(wraps=onnx_session.ort.InferenceSession)
    monkeypatch.setattr(onnx_session.ort, "InferenceSession", session)
    exchange.tls_context.cache_clear()

    snapshots.renew_when_restored(onnx_session.prime)
    for hook in hooks["before"]:
        hook()

    session.assert_called_once()
    assert exchange.tls_context.cache_info().currsize == 1
