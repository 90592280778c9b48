"""The prices of docs/performance.md are those that the arithmetic gives today."""

import pytest

from bench import cost_tables, costs, prices
from tools.template import ROOT

PERFORMANCE = (ROOT / "docs/performance.md").read_text()
PRINTED = cost_tables.tables()


@pytest.mark.parametrize("table", PRINTED, ids=[each.partition("|\n")[0] for each in PRINTED])
def test_the_document_has_the_table_that_make_costs_prints(table: str) -> None:
    assert table in PERFORMANCE, "run `make costs`"


def test_the_document_has_the_number_of_predictions_that_breaks_even() -> None:
    assert f"at {costs.break_even() / 1e6:.0f} million predictions a month" in PERFORMANCE


def test_a_batch_is_priced_with_the_speed_that_its_document_has() -> None:
    document = (ROOT / "docs/batch.md").read_text()

    assert f"| CSV | {costs.BATCH_ROWS_S:,} |" in document


def test_a_prediction_pays_for_one_millisecond_of_the_functions_memory() -> None:
    compute = costs.million_predictions()["InferX"]["Lambda, compute"]

    assert compute == pytest.approx(1_000_000 * 0.001 * (1769 / 1024) * 0.0000166667)


def test_every_column_has_the_same_in_front_of_the_model() -> None:
    columns = costs.million_predictions().values()

    for name in ("HTTP API", "authorizer, a call a minute", "Lambda, requests"):
        assert len({column[name] for column in columns}) == 1


def test_what_the_allowance_covers_is_not_billed() -> None:
    covered = costs.line(8, prices.ALARM, "alarms", allowance=10)
    above = costs.line(12, prices.ALARM, "alarms", allowance=10)

    assert [covered.usd, covered.billed] == pytest.approx([0.8, 0.0])
    assert [above.usd, above.billed] == pytest.approx([1.2, 0.2])


def test_a_queue_with_a_maximum_concurrency_is_read_by_more_polls() -> None:
    (polls, *_) = costs.idle_month()
    a_poll = costs.MONTH_S / costs.POLL_S * prices.QUEUE_REQUEST.each

    # Ingest, jobs and deliveries have one; mail, batches and events have none.
    assert polls.usd == pytest.approx(a_poll * (3 * 5 + 3 * 2))


@pytest.mark.parametrize(
    ("price", "shown"),
    [
        (prices.ALARM, "$0.10 per alarm and month"),
        (prices.DASHBOARD, "$3.00 per dashboard and month"),
        (prices.LAMBDA_COMPUTE, "$0.0000166667 per GB-second"),
    ],
    ids=lambda value: value.name if isinstance(value, prices.Price) else "",
)
def test_a_price_shows_all_its_digits_and_cents_at_least(price: prices.Price, shown: str) -> None:
    assert str(price) == shown
