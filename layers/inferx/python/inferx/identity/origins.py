"""Where a request comes from, in the sizes in which one caller holds addresses."""

import hashlib
import ipaddress

_CALLERS = {4: 32, 6: 64}
_NETWORKS = {4: 24, 6: 48}


def caller_of(ip: str) -> str:
    """Return the IPv4 address, or the /64 network of one of version 6, which one caller holds."""
    return _within(ip, _CALLERS)


def network_of(ip: str) -> str:
    """Return the /24 network of an IPv4 address, or the /48 of one of version 6: one site's."""
    return _within(ip, _NETWORKS)


def digest(text: str) -> str:
    """Return a hash that keys can be made of, so that the table holds no e-mail or IP address."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _within(ip: str, lengths: dict[int, int]) -> str:
    try:
        length = lengths[ipaddress.ip_address(ip).version]
    except ValueError:
        return ip
    network = ipaddress.ip_network((ip, length), strict=False)
    return ip if network.num_addresses == 1 else str(network)
