"""Requests to hostile and broken receivers: every wait and every read ends."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from inferx.settings import settings
from inferx.webhooks import sending
from inferx.webhooks.addresses import Target
from inferx.webhooks.sending import LARGEST_RESPONSE, Response, Undelivered, post
from tests.support.receivers import Receiver, receiving, status

BODY = '{"type":"model.ready"}'


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow this machine."""
    monkeypatch.setitem(vars(settings), "webhook_loopback", True)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a request end after a third of a second rather than after ten."""
    monkeypatch.setattr(sending, "LONGEST_S", 0.3)


@pytest.fixture
def tls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], ssl.SSLContext]]:
    """Return what makes the context of a server with a trusted certificate for a name."""

    def context(name: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        moment = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(moment - timedelta(days=1))
            .not_valid_after(moment + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        file = tmp_path / f"{name}.pem"
        encoding = serialization.Encoding.PEM
        private = key.private_bytes(
            encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(certificate.public_bytes(encoding) + private)
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(file)
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        return server

    sending._tls.cache_clear()
    yield context
    sending._tls.cache_clear()


def to_this_machine(monkeypatch: pytest.MonkeyPatch, receiver: Receiver, host: str) -> None:
    # As if the host had been resolved to it: port 443 is not a test's to open.
    target = Target("127.0.0.1", receiver.port, host, "/hook")
    monkeypatch.setattr(sending, "target_of", lambda _: target)


def drip(connection: socket.socket) -> None:
    """Send a byte now and then, so that no single read takes long."""
    for _ in range(200):
        connection.sendall(b"x")
        time.sleep(0.02)


def flood(connection: socket.socket) -> None:
    """Send headers without an end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(10_000):
        connection.sendall(b"a: " + b"b" * 1_000 + b"\r\n")


def test_a_response_has_its_status_and_retry_after() -> None:
    with receiving() as receiver:
        receiver.responses = [status(503, retry_after="7")]

        response = post(receiver.url, BODY, {"webhook-id": "m"})

    assert response == Response(503, "7")
    assert receiver.received[0].headers["webhook-id"] == "m"
    assert receiver.received[0].body.decode() == BODY


def test_an_interim_response_is_passed_over() -> None:
    with receiving() as receiver:
        receiver.responses = [b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + status(200)]

        assert post(receiver.url, BODY, {}).status == 200


def test_headers_without_an_end_are_read_to_4_kb_and_no_further() -> None:
    with receiving() as receiver:
        receiver.responses = [flood]

        assert post(receiver.url, BODY, {}).status == 200


@pytest.mark.parametrize(
    "response",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 2OO OK\r\n\r\n",
        b"HTTP/1.1 20\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nlen",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"\x00" * LARGEST_RESPONSE,
    ],
)
def test_what_is_no_response_is_a_failure(response: bytes) -> None:
    with receiving() as receiver:
        receiver.responses = [response]

        with pytest.raises(Undelivered, match="failed before there was a response"):
            post(receiver.url, BODY, {})


def test_an_address_where_no_one_listens_is_a_failure() -> None:
    with receiving() as receiver:
        url = receiver.url

    with pytest.raises(Undelivered, match="connection failed"):
        post(url, BODY, {})


@pytest.mark.usefixtures("soon")
def test_a_receiver_that_sends_byte_after_byte_is_given_up_in_time() -> None:
    with receiving() as receiver:
        receiver.responses = [drip]

        with pytest.raises(Undelivered, match="no response within"):
            post(receiver.url, BODY, {})


@pytest.mark.usefixtures("soon")
def test_a_receiver_that_never_accepts_tls_is_given_up_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        receiver = Receiver(silent.getsockname()[1])
        to_this_machine(monkeypatch, receiver, "hooks.example")

        with pytest.raises(Undelivered, match="no response within"):
            post("https://hooks.example/", BODY, {})


def test_proxies_in_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as proxy, receiving() as receiver:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")

        post(receiver.url, BODY, {})

    assert len(receiver.received) == 1
    assert proxy.received == []


def test_the_connection_goes_to_the_checked_address_under_the_hosts_name(
    tls: Callable[[str], ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, names = tls("hooks.example"), []
    context.sni_callback = lambda _, name, __: names.append(name)
    with receiving(context) as receiver:
        to_this_machine(monkeypatch, receiver, "hooks.example")

        response = post("https://hooks.example/", BODY, {})

    assert response.status == 204
    assert names == ["hooks.example"]
    assert receiver.received[0].headers["host"] == "hooks.example"


def test_a_certificate_for_another_name_is_refused(
    tls: Callable[[str], ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiving(tls("other.example")) as receiver:
        to_this_machine(monkeypatch, receiver, "hooks.example")

        with pytest.raises(Undelivered, match="certificate is not valid: Hostname mismatch"):
            post("https://hooks.example/", BODY, {})

    assert receiver.received == []


def test_a_certificate_of_no_known_authority_is_refused(
    tls: Callable[[str], ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    context = tls("hooks.example")
    monkeypatch.delenv("SSL_CERT_FILE")
    with receiving(context) as receiver:
        to_this_machine(monkeypatch, receiver, "hooks.example")

        with pytest.raises(Undelivered, match="certificate is not valid"):
            post("https://hooks.example/", BODY, {})


def test_a_url_that_is_not_allowed_is_not_connected_to() -> None:
    with pytest.raises(Undelivered, match="The URL must"):
        post("https://127.0.0.1/", BODY, {})
