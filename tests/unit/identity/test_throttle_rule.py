"""How long failures make the next attempt wait."""

from hypothesis import given
from hypothesis import strategies as st

from inferx.identity.throttle import ACCOUNT, ADDRESS, HERE, Rule

RULE = Rule(free=3, longest_s=60, leak_s=100)


def test_the_first_failures_cost_nothing() -> None:
    assert [RULE.wait(count, 1000, 1000) for count in range(3)] == [0, 0, 0]


def test_each_further_failure_doubles_the_wait_up_to_the_longest() -> None:
    assert [RULE.wait(count, 1000, 1000) for count in range(3, 10)] == [2, 4, 8, 16, 32, 60, 60]


def test_the_wait_runs_out() -> None:
    assert [RULE.wait(6, 1000, 1000 + passed) for passed in (0, 5, 15, 16, 99)] == [16, 11, 1, 0, 0]


def test_failures_are_forgotten_one_by_one() -> None:
    assert [RULE.level(4, 1000, 1000 + passed) for passed in (0, 99, 100, 399, 400, 10_000)] == [
        4, 4, 3, 1, 0, 0,
    ]  # fmt: skip


@given(
    rule=st.sampled_from([HERE, ADDRESS, ACCOUNT]),
    count=st.integers(0, 10**9),
    passed=st.integers(0, 10**6),
)
def test_no_wait_is_longer_than_the_longest(rule: Rule, count: int, passed: int) -> None:
    assert 0 <= rule.wait(count, 1000, 1000 + passed) <= rule.longest_s


def test_strangers_can_make_the_owner_wait_at_most_a_minute() -> None:
    assert ACCOUNT.longest_s <= 60
