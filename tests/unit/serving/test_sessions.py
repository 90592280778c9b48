"""The cache of open models."""

import threading
from typing import Any, cast

import pytest

from inferx.errors import Broken
from inferx.serving.model import Model
from inferx.serving.sessions import SessionCache
from inferx.serving.ttl_cache import TtlCache

MB = 1 << 20


class Process:
    """Memory that a test decides."""

    def __init__(self) -> None:
        self.resident = 100 * MB
        self.opened: list[str] = []

    def open(self, name: str, size: int) -> Model:
        """Open something that takes this many bytes."""
        self.opened.append(name)
        self.resident += size
        return cast("Model", name)


@pytest.fixture
def process() -> Process:
    """Return a process of 100 MB."""
    return Process()


@pytest.fixture
def cache(process: Process) -> SessionCache:
    """Return a cache of 10 MB."""
    return SessionCache(10 * MB, lambda: process.resident)


def fill(cache: SessionCache, process: Process, *names: str, size: int = 4 * MB) -> None:
    for name in names:
        cache.open(name, size, lambda name=name: process.open(name, 0))  # type: ignore[misc]  # mypy does not infer it


def test_of_equal_models_the_least_recently_used_goes_first(
    cache: SessionCache, process: Process
) -> None:
    fill(cache, process, "a", "b")
    cache.get("a")

    fill(cache, process, "c")

    assert cache.get("b") is None
    assert cache.get("a")
    assert cache.get("c")


def test_one_pass_over_many_models_leaves_the_one_that_is_used_often_open(
    cache: SessionCache, process: Process
) -> None:
    fill(cache, process, "often")
    for _ in range(50):
        cache.get("often")

    fill(cache, process, *map(str, range(20)))

    assert cache.get("often")
    assert process.opened.count("often") == 1


def test_a_model_that_was_once_popular_leaves(cache: SessionCache, process: Process) -> None:
    fill(cache, process, "once")
    for _ in range(10_000):
        cache.get("once")

    for _ in range(1_000):
        fill(cache, process, "a", "b", "c")

    assert "once" not in cache
    assert len(cache) == 2


def test_what_was_closed_is_remembered(cache: SessionCache, process: Process) -> None:
    for _ in range(20):
        fill(cache, process, "often", "a", "b")
    fill(cache, process, "new", "often")

    assert "often" in cache


def test_of_models_used_as_often_the_one_that_takes_long_to_open_stays(process: Process) -> None:
    moment = [0.0]
    cache = SessionCache(10 * MB, lambda: process.resident, lambda: moment[0])

    def opened(name: str, seconds: float) -> Model:
        moment[0] += seconds
        return process.open(name, 0)

    for name, seconds in (("slow", 3.0), ("fast", 0.1), ("other", 0.1)):
        cache.open(name, 4 * MB, lambda name=name, seconds=seconds: opened(name, seconds))  # type: ignore[misc]  # mypy does not infer it

    assert "slow" in cache
    assert "fast" not in cache


def test_of_models_used_as_often_the_largest_goes_first(process: Process) -> None:
    cache = SessionCache(10 * MB, lambda: process.resident, lambda: 0.0)
    fill(cache, process, "large", size=6 * MB)
    fill(cache, process, "small", size=1 * MB)
    fill(cache, process, "another", size=4 * MB)

    assert "large" not in cache
    assert "small" in cache


def test_the_model_just_opened_stays_even_when_it_takes_more_than_was_measured(
    cache: SessionCache, process: Process
) -> None:
    fill(cache, process, "a")

    cache.open("grown", 1, lambda: process.open("grown", 20 * MB))

    assert "grown" in cache
    assert len(cache) == 1


def test_the_measured_growth_counts_when_it_is_larger(
    cache: SessionCache, process: Process
) -> None:
    fill(cache, process, "a", size=1)

    cache.open("b", 1, lambda: process.open("b", 9 * MB))

    assert cache.used > 9 * MB


def test_a_process_grown_too_large_closes_models(cache: SessionCache, process: Process) -> None:
    fill(cache, process, "a", "b", size=1 * MB)
    process.resident += 20 * MB

    fill(cache, process, "c", size=1 * MB)

    assert len(cache) == 1


def test_what_can_never_fit_is_refused(cache: SessionCache, process: Process) -> None:
    with pytest.raises(Broken):
        fill(cache, process, "huge", size=11 * MB)


def test_a_failed_open_keeps_nothing(cache: SessionCache) -> None:
    def fail() -> Model:
        raise Broken

    with pytest.raises(Broken):
        cache.open("a", 1, fail)

    assert len(cache) == 0
    assert cache.used == 0


def test_dropping_gives_the_room_back(cache: SessionCache, process: Process) -> None:
    fill(cache, process, "a")

    cache.drop("a")
    cache.drop("a")

    assert cache.used == 0


def test_simultaneous_requests_open_a_model_once(cache: SessionCache, process: Process) -> None:
    barrier = threading.Barrier(8)
    found: list[Any] = []

    def ask() -> None:
        barrier.wait()
        found.append(cache.open("a", 1, lambda: process.open("a", 0)))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert process.opened == ["a"]
    assert found == ["a"] * 8


def test_cached_values_expire() -> None:
    moment = [0.0]
    cached: TtlCache[str, int] = TtlCache(lambda: moment[0])
    cached.put("a", 1, 30)

    moment[0] = 29.9
    assert cached.get("a") == 1
    moment[0] = 30
    assert cached.get("a") is None


def test_cached_values_are_bounded() -> None:
    cached: TtlCache[int, int] = TtlCache()

    for number in range(10_001):
        cached.put(number, number, 30)

    assert cached.get(0) is None
    assert cached.get(10_000) == 10_000
