"""The time that a conversion may take, by the size of its file."""

import pytest

from sandbox.limits import CONVERSION_SECONDS, LEAST_SECONDS, SOURCE_BYTES, conversion_seconds

# Files and seconds of the processor, as docs/conversion.md and docs/deep-networks.md have them.
HONEST = {
    "logistic regression": (6_000, 4.7),
    "gradient boosting, 20 rounds": (270_000, 5.5),
    "support vectors": (440_000, 6.0),
    "Gaussian process": (14_990_000, 6.7),
    "forest, 500 trees": (29_400_000, 34.7),
    "a small network, in the container": (20_000, 7.0),
    "a module with 121 MB of weights": (121_000_000, 9.0),
}


@pytest.mark.parametrize(("size", "seconds"), HONEST.values(), ids=HONEST)
def test_honest_files_have_five_times_what_they_take(size: int, seconds: float) -> None:
    assert conversion_seconds(size) >= 5 * seconds


def test_a_file_of_a_hundred_bytes_has_a_quarter_of_the_longest_time() -> None:
    assert conversion_seconds(128) == pytest.approx(LEAST_SECONDS, rel=0.01)
    assert conversion_seconds(128) <= CONVERSION_SECONDS / 4 + 1


def test_a_larger_file_has_no_less_time_and_none_has_more_than_the_longest() -> None:
    sizes = [0, 1, 10**3, 10**4, 10**5, 10**6, 10**7, SOURCE_BYTES]

    times = [conversion_seconds(size) for size in sizes]

    assert times == sorted(times)
    assert times[-1] == CONVERSION_SECONDS
