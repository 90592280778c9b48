"""The tables of prices in docs/performance.md: ``make costs`` prints and writes them."""

import sys
from collections.abc import Iterable

from bench import costs, document, prices


def tables() -> list[str]:
    """Return all tables, as Markdown."""
    return [inputs(), predictions(), months(), rows()]


def inputs() -> str:
    """Return the prices that the others are made of."""
    return _table("| input | price |", "|---|---|", [(each.name, str(each)) for each in prices.ALL])


def predictions() -> str:
    """Return the price of a million predictions of one row, on InferX and on SageMaker."""
    columns = costs.million_predictions()
    endpoint = costs.always_on_month()
    names = list(dict.fromkeys(name for column in columns.values() for name in column))
    found: list[tuple[str, ...]] = [
        (name, *(_usd(column[name]) if name in column else "" for column in columns.values()))
        for name in names
    ]
    sums = [_usd(sum(column.values()), bold=True) for column in columns.values()]
    found += [
        ("**a million predictions**", *sums),
        ("the endpoint, a month, busy or not", "", "", f"**{_usd(endpoint)}**"),
    ]
    head = "| a million one-row predictions | " + " | ".join(columns) + " |"
    return _table(head, "|---|" + "---:|" * len(columns), found)


def months() -> str:
    """Return what is paid by the month, without requests and with them."""
    quiet = costs.idle_month()
    price, billed = sum(each.usd for each in quiet), sum(each.billed for each in quiet)
    found = [
        *(_by_month(each) for each in quiet),
        ("**a month without a request**", _usd(price, bold=True), _usd(billed, bold=True)),
        *(_by_month(each) for each in costs.busy_month()),
    ]
    head = "| InferX, by the month | price | less AWS's permanent allowances |"
    return _table(head, "|---|---:|---:|", found)


def _by_month(line: costs.Line) -> tuple[str, str, str]:
    return line.text, _usd(line.usd), _usd(line.billed)


def rows() -> str:
    """Return the price of a million rows, in requests and in a batch job."""
    lines = costs.million_rows_in_batch()
    found = [(line.text, _small(line.usd)) for line in lines]
    work = sum(line.usd for line in lines[:-1])
    single = sum(costs.million_predictions()["InferX"].values())
    found[-1:] = [
        ("**the job, without its files**", f"**{_small(work)}**"),
        found[-1],
        ("instead in requests of 1,000 rows", _small(costs.million_rows_in_thousands())),
        ("instead in requests of one row", _small(single)),
    ]
    return _table("| a million rows in a batch job | millionths of a dollar |", "|---|---:|", found)


def _table(head: str, under: str, found: Iterable[tuple[str, ...]]) -> str:
    lines = [head, under, *("| " + " | ".join(cells) + " |" for cells in found)]
    return "\n".join(lines) + "\n"


def _usd(value: float, *, bold: bool = False) -> str:
    text = f"${value:.2f}"
    return f"**{text}**" if bold else text


def _small(usd: float) -> str:
    millionths = usd * 1e6
    return f"{millionths:,.0f}" if millionths >= 10 else f"{millionths:.1f}"


if __name__ == "__main__":
    sys.stdout.write("\n".join(tables()))
    document.write(tables())
