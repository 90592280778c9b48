"""Where webhooks may go: every trick by which a URL leads inside is refused."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from inferx.settings import settings
from inferx.webhooks.addresses import NotAllowed, Target, Unreachable, is_public, target_of

PUBLIC = "93.184.215.14"
PUBLIC_V6 = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
Resolve = Callable[..., None]


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the switch for loopback off, as on AWS."""
    monkeypatch.setitem(vars(settings), "webhook_loopback", False)


@pytest.fixture
def resolves_to(monkeypatch: pytest.MonkeyPatch) -> Iterator[Resolve]:
    """Let every name have the given addresses; the second resolution would have others."""
    answers: list[tuple[str, ...]] = []

    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        found = answers.pop(0)
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr("inferx.webhooks.addresses.socket.getaddrinfo", getaddrinfo)
    yield lambda *found: answers.append(found)
    assert not answers


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.1.2.3",
        "169.254.169.254",
        "169.254.170.2",
        "172.16.0.1",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.1",
        "224.0.1.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:93.184.215.14",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ],
)
def test_an_address_that_is_not_of_the_public_internet_is_refused(
    resolves_to: Resolve, address: str
) -> None:
    resolves_to(address)

    with pytest.raises(NotAllowed, match="public"):
        target_of("https://example.com/hook")

    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", PUBLIC_V6])
def test_a_public_address_is_allowed(resolves_to: Resolve, address: str) -> None:
    resolves_to(address)

    assert target_of("https://example.com/hook").address == address


def test_one_private_address_among_public_ones_is_enough_to_refuse(resolves_to: Resolve) -> None:
    resolves_to(PUBLIC, "10.0.0.1")

    with pytest.raises(NotAllowed, match="public"):
        target_of("https://example.com/")


def test_the_name_is_resolved_once_so_that_rebinding_it_changes_nothing(
    resolves_to: Resolve,
) -> None:
    resolves_to(PUBLIC)

    target = target_of("https://rebinding.example/hook?x=1")

    assert target == Target(PUBLIC, 443, "rebinding.example", "/hook?x=1")
    assert target.authority == "rebinding.example"


def test_ipv4_is_preferred_for_functions_have_no_route_to_ipv6(resolves_to: Resolve) -> None:
    resolves_to(PUBLIC_V6, PUBLIC)

    assert target_of("https://example.com/").address == PUBLIC


def test_a_name_without_an_address_is_unreachable(resolves_to: Resolve) -> None:
    resolves_to()

    with pytest.raises(Unreachable, match="DNS"):
        target_of("https://nowhere.example/")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://example.com/", "begin with https"),
        ("ftp://example.com/", "begin with https"),
        ("file:///etc/passwd", "begin with https"),
        ("gopher://example.com/", "begin with https"),
        ("//example.com/", "begin with https"),
        ("example.com", "begin with https"),
        ("https://example.com:80/", "port 443"),
        ("https://example.com:8443/", "port 443"),
        ("https://example.com:0/", "port 443"),
        ("https://example.com:99999/", "valid URL"),
        ("https://example.com:x/", "valid URL"),
        ("https://user@example.com/", "user name"),
        ("https://user:secret@example.com/", "user name"),
        ("https://example.com@127.0.0.1/", "user name"),
        ("https://@example.com/", "user name"),
        ("https://example.com/#part", "fragment"),
        ("https://example.com#@127.0.0.1/", "user name|fragment"),
        ("https:///path", "host name"),
        ("https://", "host name"),
        ("https://exa mple.com/", "spaces"),
        ("https://example.com/\r\nHost: inside", "spaces"),
        ("https://example.com\t/", "spaces"),
        ("https://example.com\\@127.0.0.1/", "ASCII"),
        ("https://ex\u00e4mple.com/", "ASCII"),
        ("https://127\u30020.0.1/", "ASCII"),
        ("https://\u2460\u2461\u2466.0.0.1/", "ASCII"),
        ("https://2130706433/", "usual form"),
        ("https://0x7f000001/", "usual form"),
        ("https://0x7f.1/", "usual form"),
        ("https://017700000001/", "usual form"),
        ("https://0177.0.0.1/", "usual form"),
        ("https://127.1/", "usual form"),
        ("https://127.0.0.1./", "usual form"),
        ("https://0x/", "usual form"),
        ("https://1.2.3.4.5/", "usual form"),
        ("https://example.123/", "usual form"),
        ("https://-example.com/", "host name"),
        ("https://exa%6dple.com/", "host name"),
        ("https://example..com/", "host name"),
        ("https://[::1", "valid URL"),
        ("https://[nonsense]/", "valid URL"),
        (f"https://{'a' * 64}.com/", "host name"),
        (f"https://{'a.' * 127}com/", "host name"),
        (f"https://example.com/{'a' * 2_048}", "characters"),
    ],
)
def test_a_url_that_is_not_plain_https_on_port_443_is_refused_unresolved(
    url: str, why: str
) -> None:
    with pytest.raises(NotAllowed, match=why):
        target_of(url)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"])
def test_a_literal_address_inside_is_refused(resolves_to: Resolve, host: str) -> None:
    resolves_to(host.strip("[]"))

    with pytest.raises(NotAllowed, match="public"):
        target_of(f"https://{host}/")


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://Example.COM", "/"),
        ("https://example.com?a=1", "/?a=1"),
        ("https://example.com:443/a", "/a"),
    ],
)
def test_a_url_is_taken_apart(resolves_to: Resolve, url: str, path: str) -> None:
    resolves_to(PUBLIC)

    assert target_of(url) == Target(PUBLIC, 443, "example.com", path)


def test_a_loopback_address_is_allowed_over_http_where_the_switch_is_on(
    resolves_to: Resolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(settings), "webhook_loopback", True)
    resolves_to("127.0.0.1")

    target = target_of("http://localhost:8080/hook")

    assert target == Target("127.0.0.1", 8080, "localhost", "/hook", is_tls=False)
    assert target.authority == "localhost:8080"


@pytest.mark.parametrize("address", [PUBLIC, "10.0.0.1", "169.254.169.254"])
def test_the_switch_allows_no_other_address_over_http(
    resolves_to: Resolve, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setitem(vars(settings), "webhook_loopback", True)
    resolves_to(address)

    with pytest.raises(NotAllowed, match="https"):
        target_of("http://example.com/")


def test_the_switch_does_not_open_https_inside(
    resolves_to: Resolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(settings), "webhook_loopback", True)
    resolves_to("10.0.0.1")

    with pytest.raises(NotAllowed, match="public"):
        target_of("https://example.com/")
