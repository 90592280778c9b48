"""The timetable of retries and ``Retry-After``."""

from datetime import UTC, datetime, timedelta

import pytest

from inferx.webhooks.retrying import LONGEST_ASKED, RETRIES, pause_after, read_retry_after

MOMENT = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def test_the_timetable_is_the_documented_one() -> None:
    assert [int(pause.total_seconds()) for pause in RETRIES] == [5, 300, 1800, 7200, 18000, 36000]


@pytest.mark.parametrize("failures", range(1, len(RETRIES) + 1))
def test_a_pause_is_within_a_tenth_of_the_timetable(failures: int) -> None:
    pause = pause_after(failures)

    assert pause is not None
    assert RETRIES[failures - 1] * 0.9 <= pause <= RETRIES[failures - 1] * 1.1


def test_pauses_differ_so_that_retries_do_not_come_all_at_once() -> None:
    assert len({pause_after(6) for _ in range(20)}) > 1


def test_a_delivery_is_given_up_after_seven_attempts() -> None:
    assert pause_after(7) is None
    assert pause_after(7, asked=timedelta(seconds=1)) is None


def test_a_receiver_that_asks_for_a_longer_pause_gets_it() -> None:
    assert pause_after(1, asked=timedelta(minutes=10)) == timedelta(minutes=10)


def test_a_receiver_that_asks_for_a_shorter_pause_gets_the_timetables() -> None:
    pause = pause_after(2, asked=timedelta(seconds=1))

    assert pause is not None
    assert pause >= RETRIES[1] * 0.9


def test_a_receiver_cannot_ask_for_more_than_ten_hours() -> None:
    assert pause_after(1, asked=timedelta(days=900)) == LONGEST_ASKED


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("120", timedelta(seconds=120)),
        ("0", timedelta(0)),
        ("Fri, 27 Nov 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Fri, 27 Nov 2026 11:00:00 GMT", timedelta(0)),
        ("9" * 400, timedelta(seconds=999_999_999)),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("\u00b2", None),
        ("Fri, 27 Nov 2026 12:05:00 -0000", None),
        ("Fri, 99 Nov 2026 12:05:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str | None, asked: timedelta | None) -> None:
    assert read_retry_after(text, MOMENT) == asked
