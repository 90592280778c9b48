"""Everything that an upload waits for ends within the function's one deadline."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, repeat

import pytest

from inferx import deadline
from inferx.clock import now
from inferx.entities.models import ModelVersion, Status
from inferx.entities.users import User
from inferx.errors import Refused, Unavailable
from inferx.identity.principal import SCOPES, Principal
from inferx.registry import records, uploads
from inferx.storage.transactions import Transaction

FUNCTION_S = 29.0
CALLER = Principal("owner", frozenset(SCOPES), "access_token")
FILE = uploads.NewVersion("iris", "sklearn", "iris.pkl")
USER = User("owner", "a@example.com", None, "", is_active=True, created_at=now())


class Clock:
    """A time that moves by sleeping and by calls alone."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """Return the seconds since the invocation began."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the time of an invocation that has just begun."""
    clock = Clock()
    monkeypatch.setattr("time.monotonic", clock)
    monkeypatch.setattr("time.sleep", clock.sleep)
    monkeypatch.setattr(deadline, "monotonic", clock)
    deadline.start(FUNCTION_S)
    return clock


def _never_claimed() -> Iterator[Status]:
    return repeat(Status.PENDING_UPLOAD)


@dataclass
class Store:
    """A store whose calls take a tenth of a second and whose version changes as the test says.

    Attributes:
        busy_until: when other writers are out of the way, in seconds.
        reads: what each next read of the version does to it, or raises.
    """

    clock: Clock
    busy_until: float = 0.0
    reads: Iterator[Status | Exception] = field(default_factory=_never_claimed)
    model: ModelVersion | None = None

    def add(self, _: Transaction, model: ModelVersion) -> None:
        """Stand in for the repository's function."""
        self.model = model

    def find(self, _: str) -> ModelVersion | None:
        """Stand in for the repository's function."""
        self.clock.sleep(0.1)
        outcome = next(self.reads)
        if isinstance(outcome, Exception):
            raise outcome
        assert self.model is not None
        return replace(self.model, status=outcome, error="No model.")

    def commit(self) -> list[None] | None:
        """Stand in for a transaction's commit."""
        self.clock.sleep(0.1)
        return [] if self.clock.seconds < self.busy_until else None


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Store:
    """Return a store that holds one user and takes every file."""
    store = Store(clock)
    monkeypatch.setattr("inferx.storage.users.find", lambda _: USER)
    monkeypatch.setattr("inferx.storage.users.charge", lambda *_, **__: None)
    monkeypatch.setattr("inferx.storage.models.model_names.find", lambda *_: None)
    monkeypatch.setattr("inferx.storage.models.model_names.take_number", lambda *_, **__: None)
    monkeypatch.setattr("inferx.storage.models.versions.add", store.add)
    monkeypatch.setattr("inferx.storage.models.versions.find", store.find)
    monkeypatch.setattr("inferx.storage.objects.put", lambda *_: clock.sleep(0.5))
    monkeypatch.setattr(Transaction, "commit", store.commit)
    return store


@pytest.fixture
def upload(store: Store) -> Callable[[], ModelVersion]:
    """Uploads a small file, ready to wait for 25 s."""
    return lambda: uploads.upload(CALLER, FILE, b"content", wait_seconds=25)


def test_reserving_and_waiting_share_one_deadline(
    upload: Callable[[], ModelVersion], store: Store, clock: Clock
) -> None:
    store.busy_until = 20

    model = upload()

    assert model.status is Status.CONVERTING
    assert 20 < clock.seconds <= FUNCTION_S - deadline.MARGIN_S


def test_a_conversion_that_takes_long_is_waited_for_as_long_as_asked(
    upload: Callable[[], ModelVersion], clock: Clock
) -> None:
    assert upload().status is Status.CONVERTING
    assert 24 < clock.seconds <= FUNCTION_S - deadline.MARGIN_S


def test_a_store_that_is_busy_for_too_long_is_unavailable_in_time(
    upload: Callable[[], ModelVersion], store: Store, clock: Clock
) -> None:
    store.busy_until = 1_000

    with pytest.raises(Unavailable):
        upload()

    assert clock.seconds <= FUNCTION_S


def test_a_stored_file_whose_model_cannot_be_read_is_still_converting(
    upload: Callable[[], ModelVersion], store: Store, clock: Clock
) -> None:
    store.reads = repeat(Unavailable())

    assert upload().status is Status.CONVERTING
    assert clock.seconds <= FUNCTION_S


def test_a_failed_read_does_not_end_the_wait(
    upload: Callable[[], ModelVersion], store: Store, clock: Clock
) -> None:
    store.reads = chain([Unavailable(), Status.CONVERTING], repeat(Status.READY))

    assert upload().status is Status.READY
    assert clock.seconds < 3


def test_a_wait_ends_when_the_conversion_has_failed(
    upload: Callable[[], ModelVersion], store: Store
) -> None:
    store.reads = chain([Status.CONVERTING], repeat(Status.FAILED))

    with pytest.raises(Refused, match="No model"):
        upload()


def test_no_wait_outlasts_the_invocation(
    upload: Callable[[], ModelVersion], store: Store, clock: Clock
) -> None:
    model = upload()
    clock.seconds = 28

    assert records.wait_until_settled(model, 20) == model
    assert clock.seconds == 28
