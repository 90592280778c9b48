"""Failed logins slow down the next ones, and never lock the owner out for good.

Three counts leak with time, and above its allowance each makes the next attempt wait twice as
long, up to a bound: one account from one address; one address over all accounts; one account
over all addresses. The last would let strangers keep the owner waiting, so it does not apply to
addresses from which the owner has logged in before (the idea of OWASP's "device cookies"), and
its wait is short. Known and unknown accounts are counted alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from inferx import clock
from inferx.entities.credentials import Counter
from inferx.errors import RateLimited
from inferx.identity.origins import caller_of, digest
from inferx.storage import credentials, item_keys

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
        """Return what is left of a count at a later moment."""
        return max(0, count - (moment - last_at) // self.leak_s)

    def wait(self, count: int, last_at: int, moment: int) -> int:
        """Return how many seconds the next attempt still has to wait."""
        excess = self.level(count, last_at, moment) - self.free
        if excess < 0:
            return 0
        pause = min(self.longest_s, 1 << min(excess + 1, 30))
        return max(0, last_at + pause - moment)


HERE = Rule(free=5, longest_s=900, leak_s=900)
ADDRESS = Rule(free=300, longest_s=900, leak_s=10)
ACCOUNT = Rule(free=50, longest_s=60, leak_s=60)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to log in to an account from an address; :func:`begin` makes it.

    Attributes:
        account: the digest of the e-mail address.
        address: the digest of the IP network.
        moment: when it was made, in seconds since 1970.
        counters: what was stored then, by key.
    """

    account: str
    address: str
    moment: int
    counters: Mapping[str, Counter]

    def wait(self) -> int:
        """Return how many seconds too early it is, by the strictest rule."""
        rules = _rules(self.account, self.address)
        if self._is_from_known_address():
            rules = {key: rule for key, rule in rules.items() if rule is not ACCOUNT}
        waits = [
            rule.wait(seen.tally, seen.last_at, self.moment)
            for key, rule in rules.items()
            if (seen := self.counters.get(key))
        ]
        return max(waits, default=0)

    def record_failure(self) -> None:
        """Count the attempt as a failure."""
        for key, rule in _rules(self.account, self.address).items():
            self._count(key, rule)

    def record_success(self) -> None:
        """Forget the failures from here, and remember that the owner has logged in from here."""
        failures = item_keys.login_failures_key(self.account, self.address)
        if failures in self.counters:
            credentials.remove_counter(failures)
        key = item_keys.known_address_key(self.account, self.address)
        known = self.counters.get(key)
        if known is None or self.moment - known.last_at > KNOWN_FOR_S // 2:
            seen_now = Counter(tally=1, last_at=self.moment)
            credentials.put_counter(key, seen_now, kept_until=self.moment + KNOWN_FOR_S)

    def _is_from_known_address(self) -> bool:
        known = self.counters.get(item_keys.known_address_key(self.account, self.address))
        return known is not None and self.moment - known.last_at < KNOWN_FOR_S

    def _count(self, key: str, rule: Rule) -> None:
        kept_until = self.moment + _KEPT_S
        seen = self.counters.get(key)
        if seen is not None:
            level = rule.level(seen.tally, seen.last_at, self.moment)
            raised = Counter(level + 1, self.moment)
            if credentials.replace_counter(key, seen, raised, kept_until=kept_until):
                return
        # The first failure, or one at the same time as another.
        credentials.count(key, self.moment, kept_until=kept_until)


def begin(folded: str, ip: str) -> Attempt:
    """Begin an attempt to log in.

    Args:
        folded: the e-mail address that is tried, case-folded.
        ip: the caller's IP address; of version 6 its /64 network counts, which one caller holds.

    Raises:
        RateLimited: it comes too soon after failures, or too many are under way.
    """
    account, address = digest(folded), digest(caller_of(ip))
    moment = int(clock.now().timestamp())
    _limit_burst(account, address, moment)
    keys = [*_rules(account, address), item_keys.known_address_key(account, address)]
    attempt = Attempt(account, address, moment, credentials.find_counters(keys))
    wait = attempt.wait()
    if wait:
        raise _too_many(wait)
    return attempt


def address_key(ip: str) -> str:
    """Return the key of the count of an address's failures over all accounts."""
    return item_keys.address_failures_key(digest(caller_of(ip)))


def _rules(account: str, address: str) -> dict[str, Rule]:
    return {
        item_keys.login_failures_key(account, address): HERE,
        item_keys.address_failures_key(address): ADDRESS,
        item_keys.account_failures_key(account): ACCOUNT,
    }


def _limit_burst(account: str, address: str, moment: int) -> None:
    # Failures are counted once they have happened, so attempts that run at once would slip by.
    key = item_keys.login_burst_key(account, address, moment // 60)
    if credentials.count(key, moment, kept_until=moment + 120) > ATTEMPTS_PER_MINUTE:
        raise _too_many(60 - moment % 60)


def _too_many(wait: int) -> RateLimited:
    return RateLimited("Too many failed logins; please wait and try again.", retry_after=wait)
