"""What the plot of `make bench` is drawn of."""

import json

import pytest

from bench import document, plot, points
from bench.points import OURS, Kind, Point
from tools.template import ROOT


def measured(server: str, kind: Kind, rows: int, ours: float, theirs: float) -> Point:
    return Point(f"{kind}, {rows:,} rows", ours, server, theirs, "µs", kind=kind, rows=rows)


@pytest.fixture
def two_servers() -> list[Point]:
    return [
        measured(server, kind, rows, 50.0 * rows, factor * rows)
        for server, factor in (("FastAPI", 1_000.0), ("MLServer", 2_000.0))
        for kind in points.KINDS
        for rows in (1, 100)
    ]


def test_each_server_has_a_line_in_seconds_and_ours_is_the_first(two_servers: list[Point]) -> None:
    lines = points.lines(two_servers, "latency")

    assert list(lines) == [OURS, "FastAPI", "MLServer"]
    assert lines[OURS] == pytest.approx({1: 50e-6, 100: 5e-3})
    assert lines["MLServer"] == pytest.approx({1: 2e-3, 100: 0.2})


def test_a_line_is_of_one_kind_of_measurement() -> None:
    both = [measured("FastAPI", "latency", 1, 1, 2), measured("FastAPI", "CPU", 1, 3, 4)]

    assert points.lines(both, "CPU")["FastAPI"] == pytest.approx({1: 4e-6})


def test_points_are_read_back_from_the_results(two_servers: list[Point]) -> None:
    figures = [vars(each) | {"ratio": each.ratio, "held": each.held} for each in two_servers]
    others = [{"what": "warm, one row", "ours": 1.0}]

    assert points.read({"figures": others + figures}) == two_servers


def test_the_table_has_milliseconds_of_latency_and_cpu(two_servers: list[Point]) -> None:
    table = points.table(two_servers)

    assert table.splitlines()[0] == "| latency / CPU, ms | 1 row | 100 rows |"
    assert table.splitlines()[2] == f"| {OURS} | 0.050 / 0.050 | 5.00 / 5.00 |"


def test_the_axis_goes_from_below_the_lowest_point_to_above_the_highest() -> None:
    lines = {"FastAPI": {1: 60e-6, 100: 3e-3}}

    assert plot.ticks_of(lines) == [1e-5, 1e-4, 1e-3, 1e-2]


def test_the_axis_ends_at_a_point_that_is_a_power_of_ten() -> None:
    assert plot.ticks_of({"FastAPI": {1: 1e-4, 100: 1e-2}}) == [1e-4, 1e-3, 1e-2]


def test_the_terminals_plot_has_both_figures_and_a_legend(two_servers: list[Point]) -> None:
    text = plot.text(two_servers)

    assert all(title in text for title in plot.TITLES.values())
    assert text.splitlines()[-1] == f"0 {OURS}   1 FastAPI   2 MLServer"
    assert "\x1b" not in text


def test_the_documents_table_is_that_of_the_results() -> None:
    found = points.read(json.loads((ROOT / "bench/results.json").read_text()))

    assert points.table(found) in (ROOT / "docs/performance.md").read_text()


def test_the_picture_shows_every_server_of_the_results() -> None:
    found = points.read(json.loads((ROOT / "bench/results.json").read_text()))
    picture = plot.PICTURE.read_text()

    assert all(f">{server}</text>" in picture for server in points.lines(found, "CPU"))


def test_a_table_takes_the_place_of_the_one_with_its_head() -> None:
    before = "Above\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nBelow\n"

    after = document.with_table(before, "| a | b |\n|---|---|\n| 5 | 6 |\n")

    assert after == "Above\n\n| a | b |\n|---|---|\n| 5 | 6 |\n\nBelow\n"


def test_a_table_that_has_no_place_is_refused() -> None:
    with pytest.raises(LookupError, match="no table in the document begins with"):
        document.with_table("Above\n", "| a |\n|---|\n")
