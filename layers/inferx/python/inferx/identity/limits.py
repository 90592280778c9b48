"""How often something may be asked for in a span of time, by whom.

Each limit counts in a window of its length. One atomic addition counts a request before anything
is done for it, so requests that run at once do not slip by. The counts are kept by hashes.
"""

from dataclasses import dataclass

from inferx import clock
from inferx.errors import RateLimited
from inferx.identity.origins import caller_of, digest, network_of
from inferx.storage import credentials
from inferx.storage.item_keys import limit_key

CALLERS_IN_A_NETWORK = 5
"""How many times what one caller may a whole network may."""


@dataclass(frozen=True, slots=True)
class Limit:
    """``most`` times in each ``window_s`` seconds; ``name`` is part of its key."""

    name: str
    most: int
    window_s: int


def enforce(limit: Limit, ip: str) -> None:
    """Count a request of an IP address and of its network.

    Raises:
        RateLimited: it is one too many.
    """
    everyone = Limit(f"{limit.name}-network", limit.most * CALLERS_IN_A_NETWORK, limit.window_s)
    for each, subject in ((limit, caller_of(ip)), (everyone, network_of(ip))):
        if not has_room(each, subject):
            raise RateLimited(
                "Too many such requests have come from this network; please wait and try again.",
                retry_after=limit.window_s - _moment() % limit.window_s,
            )


def has_room(limit: Limit, subject: str) -> bool:
    """Count once more for a subject, and return whether that is within the limit."""
    moment = _moment()
    window = moment // limit.window_s
    key = limit_key(limit.name, digest(subject), window)
    kept_until = (window + 2) * limit.window_s
    return credentials.count(key, moment, kept_until=kept_until) <= limit.most


def _moment() -> int:
    return int(clock.now().timestamp())
