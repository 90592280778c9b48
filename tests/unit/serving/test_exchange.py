"""Attempts, timeouts and credentials of the hand-signed AWS calls."""

from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import Any, cast

import pytest

from inferx import deadline
from inferx.errors import Unavailable
from inferx.settings import settings
from inferx.storage.signed import api_keys, credentials, exchange, json_api, secrets
from inferx.storage.signed.exchange import Busy, Declined

ADDRESS = "http://169.254.170.2/credentials"
GOOD = (
    b'{"AccessKeyId": "AKID", "SecretAccessKey": "s", "Token": "t",'
    b' "Expiration": "2999-01-01T00:00:00Z"}'
)


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three attempts at once."""
    monkeypatch.setattr(exchange, "_PAUSES_S", (0.0, 0.0, 0.0))


@pytest.fixture
def time_left() -> Iterator[Callable[[float], None]]:
    """Sets the seconds that the invocation has left."""
    yield lambda seconds: deadline.start(seconds + deadline.MARGIN_S)
    deadline.forget()


class Endpoint:
    """The address that serves credentials; each request gets the next response."""

    def __init__(self, responses: list[tuple[int, bytes] | OSError]) -> None:
        self.responses = responses
        self.open = 0

    def connect(self, *_: object) -> HTTPConnection:
        self.open += 1
        return cast("HTTPConnection", self)

    def request(self, *_: object, **__: object) -> None:
        if isinstance(self.responses[0], OSError):
            raise self.responses.pop(0)  # type: ignore[misc]  # mypy does not narrow list items

    def getresponse(self) -> Any:
        self.status, self.content = cast("tuple[int, bytes]", self.responses.pop(0))
        return self

    def read(self) -> bytes:
        return self.content

    def close(self) -> None:
        self.open -= 1


def endpoint(monkeypatch: pytest.MonkeyPatch, *responses: tuple[int, bytes] | OSError) -> Endpoint:
    """Serve the responses as a restored function's credentials."""
    served = Endpoint(list(responses))
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", ADDRESS)
    monkeypatch.setattr(credentials, "connect", served.connect)
    monkeypatch.setattr(credentials, "_kept", credentials._Kept())
    return served


@pytest.mark.parametrize(
    "failure",
    [(500, b"{}"), (403, GOOD), (200, b"no JSON"), (200, b"{}"), (200, b"[]"), OSError()],
)
def test_credentials_that_are_not_served_make_the_service_unavailable(
    monkeypatch: pytest.MonkeyPatch, failure: tuple[int, bytes] | OSError
) -> None:
    served = endpoint(monkeypatch, failure, failure, failure)

    with pytest.raises(Unavailable):
        credentials.aws_credentials()

    assert served.open == 0


def test_credentials_are_read_again_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    served = endpoint(monkeypatch, (500, b""), (200, GOOD))

    assert credentials.aws_credentials().access_key == "AKID"
    assert served.open == 0


def test_no_attempt_starts_after_the_deadline(time_left: Callable[[float], None]) -> None:
    time_left(0)

    with pytest.raises(Unavailable):
        exchange.exchange(lambda _: pytest.fail("made a request"), 3)


def test_an_attempt_waits_no_longer_than_the_invocation_has(
    time_left: Callable[[float], None],
) -> None:
    time_left(2)

    assert 0 < exchange.exchange(lambda seconds: seconds, 3) <= 2


def test_three_busy_attempts_are_unavailable_and_keep_their_cause() -> None:
    def busy(_: float) -> None:
        raise Busy

    with pytest.raises(Unavailable) as caught:
        exchange.exchange(busy, 3)

    assert isinstance(caught.value.__cause__, Busy)


def test_a_kept_connection_takes_each_attempts_timeout() -> None:
    with exchange.kept_connection("https", "127.0.0.1:1", 3) as first:
        assert first.timeout == 3
    with exchange.kept_connection("https", "127.0.0.1:1", 0.5) as again:
        assert again is first
        assert again.timeout == 0.5

    exchange.forget()


def test_a_connection_is_lent_to_one_thread_at_a_time() -> None:
    with (
        exchange.kept_connection("http", "127.0.0.1:1", 1) as first,
        exchange.kept_connection("http", "127.0.0.1:1", 1) as second,
    ):
        assert first is not second

    exchange.forget()


def test_a_connection_whose_use_failed_is_not_lent_again() -> None:
    with (
        pytest.raises(ConnectionResetError),
        exchange.kept_connection("http", "127.0.0.1:1", 1) as first,
    ):
        raise ConnectionResetError

    with exchange.kept_connection("http", "127.0.0.1:1", 1) as second:
        assert second is not first
    exchange.forget()


def test_connections_share_what_reading_the_authorities_made() -> None:
    assert exchange.tls_context() is exchange.tls_context()


def test_a_refused_read_of_a_key_or_a_secret_is_unavailable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def declined(*_: object) -> None:
        raise Declined("AccessDeniedException")

    monkeypatch.setitem(vars(settings), "credentials_table", "credentials")
    monkeypatch.setattr(json_api, "call", declined)

    for read in (
        lambda: api_keys.find_api_key("1"),
        lambda: api_keys.record_use("1", 2, 1),
        lambda: secrets.read_json("keys"),
    ):
        with pytest.raises(Unavailable):
            read()
