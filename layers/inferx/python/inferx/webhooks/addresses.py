"""Which addresses webhooks may go to: public ones, by https on port 443, and nothing else.

A user chooses the URL and this service connects to it from inside, so the URL is hostile input
(OWASP, "Server-Side Request Forgery Prevention"). The name is resolved once, every address it
has must be public, and the connection goes to the address that was checked: a name that resolves
to something else a moment later (DNS rebinding) changes nothing.
"""

import re
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from inferx.settings import settings

LONGEST_URL = 2_048
_RESOLVING_S = 5.0

# Python calls some of these global: they lead to an IPv4 address inside, or to a relay. Sources:
# IANA's special-purpose address registries; RFC 3056 (6to4), 4380 (Teredo), 6052 and 8215 (NAT64),
# 4291 sections 2.5.5 and 2.5.7, 7526 (the 6to4 relays).
_TRANSLATED = [
    ip_network(text)
    for text in (
        "::/96",
        "::ffff:0:0/96",
        "::ffff:0:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
        "fec0::/10",
        "192.88.99.0/24",
    )
]
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*\.?")
# What resolvers read as a number, in the last label: WHATWG URL Standard, "ends in a number".
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")

_resolver = ThreadPoolExecutor(4, "resolver")


class Unreachable(Exception):
    """The name has no address now, which may change; the message is a clause for the user."""


class NotAllowed(Exception):
    """Webhooks do not go there; the message is a clause for the user."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect, and as what.

    Attributes:
        address: the IP address that was checked.
        port: the TCP port.
        host: the URL's host, for the certificate, SNI and ``Host``.
        path: with the query, as the request line has it.
        is_tls: false only for a loopback address where the settings allow it.
    """

    address: str
    port: int
    host: str
    path: str
    is_tls: bool = True

    @property
    def authority(self) -> str:
        """What the ``Host`` header holds."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.is_tls else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """Check a URL, resolve its host and return where to connect.

    Raises:
        NotAllowed: it is no URL that webhooks may go to.
        Unreachable: its host has no address now.
    """
    parts = _split(url)
    host = (parts.hostname or "").lower()
    if parts.scheme == "http" and not settings.webhook_loopback:
        raise NotAllowed("must begin with https://")
    port = _port(parts)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    addresses = _resolved(host, port)
    if parts.scheme == "http":
        if not all(ip_address(address).is_loopback for address in addresses):
            raise NotAllowed("must begin with https://")
        return Target(addresses[0], port, host, path, is_tls=False)
    if not all(map(is_public, addresses)):
        raise NotAllowed("must have a host that is public: each of its addresses on the internet")
    return Target(_preferred(addresses), port, host, path)


def is_public(address: str) -> bool:
    """Return whether an IP address is an ordinary one of the public internet."""
    found = ip_address(address)
    if isinstance(found, IPv6Address) and found.scope_id is not None:
        return False
    if found.is_multicast or found.is_unspecified or found.is_reserved or not found.is_global:
        return False
    return not any(found in network for network in _TRANSLATED if network.version == found.version)


def _split(url: str) -> SplitResult:
    if len(url) > LONGEST_URL:
        raise NotAllowed(f"may have at most {LONGEST_URL:,} characters")
    # urlsplit would silently drop line breaks and tabs.
    if not _PRINTABLE.fullmatch(url) or "\\" in url:
        raise NotAllowed("must be a URL in ASCII without spaces; write other characters encoded")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise NotAllowed("must be a valid URL") from error
    if parts.scheme not in ("https", "http"):
        raise NotAllowed("must begin with https://")
    if "@" in parts.netloc:
        raise NotAllowed("may not contain a user name or password")
    if "#" in url:
        raise NotAllowed("may not have a fragment")
    _check_host(parts.hostname or "")
    return parts


def _check_host(host: str) -> None:
    try:
        ip_address(host)
    except ValueError:
        if not _HOST_NAME.fullmatch(host):
            raise NotAllowed("must have a valid host name") from None
        if _NUMERIC_LABEL.fullmatch(host.rstrip(".").rpartition(".")[2]):
            raise NotAllowed("must write an IP address in its usual form") from None


def _port(parts: SplitResult) -> int:
    if parts.scheme == "http":
        return 80 if parts.port is None else parts.port
    if parts.port not in (None, 443):
        raise NotAllowed("must use port 443")
    return 443


def _resolved(host: str, port: int) -> list[str]:
    # In a thread: the system's resolver takes no time limit. (A TimeoutError is an OSError.)
    waiting = _resolver.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        found = waiting.result(_RESOLVING_S)
    except (OSError, UnicodeError) as error:
        raise Unreachable("must have a host that the DNS knows") from error
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def _preferred(addresses: Iterable[str]) -> str:
    # A function without a VPC has no route to IPv6 addresses.
    parsed = [ip_address(address) for address in addresses]
    return str(next((each for each in parsed if isinstance(each, IPv4Address)), parsed[0]))
