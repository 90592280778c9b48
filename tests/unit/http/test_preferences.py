"""The header ``Prefer`` of RFC 7240."""

import pytest

from preferences import wait_seconds


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        ("", 2),
        ("wait=10", 10),
        ("Wait = 10", 10),
        ('wait="7"', 7),
        ("wait=0", 0),
        ("wait=21", 20),
        ("wait=99999999999999999999", 20),
        ("respond-async", 0),
        ("respond-async, wait=5", 5),
        ("wait=5, respond-async", 5),
        ("wait=5, wait=9", 5),
        ("wait=5; strict", 5),
        ('return=minimal; foo="some parameter", wait=4', 4),
        ("wait=-1", 2),
        ("wait=soon", 2),
        ("wait=soon, respond-async", 0),
        ("priority=5", 2),
        (",,", 2),
    ],
)
def test_the_wait_is_read_as_the_standard_has_it(prefer: str, seconds: float) -> None:
    assert wait_seconds(prefer) == seconds
