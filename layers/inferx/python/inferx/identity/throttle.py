"""Failed logins slow down the next ones, and never shut the owner out for good.

Three counts leak with time, and above its allowance each makes the next attempt wait twice as
long, up to a bound: an account from one address; one address over all accounts; one account
over all addresses. The last would let strangers keep the owner waiting, so it does not hold for
addresses from which the owner has logged in before (the idea of OWASP's "device cookies"), and
its wait is short. Known and unknown accounts are counted alike.
"""

import hashlib
import ipaddress
from dataclasses import dataclass

from pynamodb.exceptions import UpdateError

from inferx import clock
from inferx.errors import RateLimited
from inferx.storage.tables.credentials import CounterItem

ATTEMPTS_PER_MINUTE = 100
KNOWN_FOR_S = 90 * 86_400
_KEPT_S = 2 * 86_400


@dataclass(frozen=True, slots=True)
class Rule:
    """``free`` failures cost nothing, more cost up to ``longest_s``; one leaks each ``leak_s``."""

    free: int
    longest_s: int
    leak_s: int

    def level(self, count: int, last_at: int, moment: int) -> int:
        """What is left of a count at a later moment."""
        return max(0, count - (moment - last_at) // self.leak_s)

    def wait(self, count: int, last_at: int, moment: int) -> int:
        """How many seconds the next attempt still has to wait."""
        excess = self.level(count, last_at, moment) - self.free
        if excess < 0:
            return 0
        pause = min(self.longest_s, 1 << min(excess + 1, 30))
        return max(0, last_at + pause - moment)


HERE = Rule(free=5, longest_s=900, leak_s=900)
ADDRESS = Rule(free=300, longest_s=900, leak_s=10)
ACCOUNT = Rule(free=50, longest_s=60, leak_s=60)


class Attempt:
    """One attempt to log in, made from an IP address.

    Args:
        folded: the case-folded e-mail address that is tried.
        ip: the caller's IP address; of version 6 its /64 network counts, which one caller holds.

    Raises:
        RateLimited: it comes too early after failures, or too many are under way.
    """

    def __init__(self, folded: str, ip: str) -> None:
        account, address = _digest(folded), _digest(_network(ip))
        self._moment = int(clock.now().timestamp())
        self._rules = {
            f"login#{account}#{address}": HERE,
            address_key(ip): ADDRESS,
            f"login#{account}": ACCOUNT,
        }
        self._here = f"login#{account}#{address}"
        self._known = f"known#{account}#{address}"
        self._limit_burst(f"burst#{account}#{address}#{self._moment // 60}")
        self._counts = self._read()
        wait = max(self._waits())
        if wait:
            raise _too_many(wait)

    def failed(self) -> None:
        """Count the attempt as a failure."""
        for key, rule in self._rules.items():
            self._raise_count(key, rule)

    def succeeded(self) -> None:
        """Forget the failures from here; the owner is known at this address from now on."""
        if self._here in self._counts:
            self._counts[self._here].delete()
        known = self._counts.get(self._known)
        if known is None or self._moment - known.last_at > KNOWN_FOR_S // 2:
            CounterItem(
                self._known, tally=1, last_at=self._moment, ttl=self._moment + KNOWN_FOR_S
            ).save()

    def _limit_burst(self, key: str) -> None:
        # Failures are counted once they are known, so attempts that run at once would slip by.
        item = CounterItem(key)
        item.update([CounterItem.tally.add(1), CounterItem.ttl.set(self._moment + 120)])
        if item.tally > ATTEMPTS_PER_MINUTE:
            raise _too_many(60 - self._moment % 60)

    def _read(self) -> dict[str, CounterItem]:
        keys = [*self._rules, self._known]
        return {item.pk: item for item in CounterItem.batch_get(keys, consistent_read=True)}

    def _waits(self) -> list[int]:
        known = self._counts.get(self._known)
        is_known = known is not None and self._moment - known.last_at < KNOWN_FOR_S
        return [
            rule.wait(int(item.tally), int(item.last_at), self._moment)
            for key, rule in self._rules.items()
            if (item := self._counts.get(key)) and not (is_known and rule is ACCOUNT)
        ] or [0]

    def _raise_count(self, key: str, rule: Rule) -> None:
        seen = self._counts.get(key)
        last = CounterItem.last_at.set(self._moment)
        ttl = CounterItem.ttl.set(self._moment + _KEPT_S)
        if seen is None:
            CounterItem(key).update([CounterItem.tally.add(1), last, ttl])
            return
        level = rule.level(int(seen.tally), int(seen.last_at), self._moment)
        unchanged = (CounterItem.tally == seen.tally) & (CounterItem.last_at == seen.last_at)
        try:
            CounterItem(key).update([CounterItem.tally.set(level + 1), last, ttl], unchanged)
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            CounterItem(key).update([CounterItem.tally.add(1), last, ttl])


def address_key(ip: str) -> str:
    """The key of the count of an address's failures over all accounts."""
    return f"address#{_digest(_network(ip))}"


def _too_many(wait: int) -> RateLimited:
    return RateLimited("Too many failed logins; please wait and try again.", retry_after=wait)


def _network(ip: str) -> str:
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if address.version == 4:
        return ip
    return str(ipaddress.ip_network((ip, 64), strict=False))


def _digest(text: str) -> str:
    """Keeps addresses out of the table; they are told apart, not shown."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
