"""How often models were asked for, lately."""

from inferx.serving.popularity import Popularity


def counted(*models: str) -> Popularity:
    popularity = Popularity()
    for model_id in models:
        popularity.count(model_id)
    return popularity


def test_a_request_counts_half_after_a_hundred_others() -> None:
    popularity = counted("a", *["other"] * 99, "b")

    assert 0.49 < popularity["a"] / popularity["b"] < 0.51


def test_a_model_that_is_asked_for_more_often_counts_more() -> None:
    popularity = counted("a", "a", "b")

    assert popularity["a"] > popularity["b"] > popularity["never"] == 0


def test_proportions_survive_a_million_requests() -> None:
    popularity = counted(*["a", "b", "b", "b"] * 250_000)

    assert 2.9 < popularity["b"] / popularity["a"] < 3.1


def test_what_is_remembered_is_bounded_and_the_least_popular_is_forgotten() -> None:
    popularity = counted(*["often"] * 50, *map(str, range(10_001)), "often")

    assert len(popularity) <= 10_000
    assert popularity["often"] > popularity["10000"] > popularity["0"] == 0
