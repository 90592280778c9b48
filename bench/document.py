"""The tables of docs/performance.md that programs write."""

from pathlib import Path

PERFORMANCE = Path(__file__).parents[1] / "docs/performance.md"


def with_table(document: str, table: str) -> str:
    """Return a document with a table in the place of the one that has the same head.

    Args:
        document: Markdown.
        table: its lines, each with a newline at its end.

    Raises:
        LookupError: the document has no table with that head.
    """
    head = table.partition("\n")[0]
    lines = document.splitlines(keepends=True)
    start = next((at for at, line in enumerate(lines) if line.rstrip("\n") == head), None)
    if start is None:
        raise LookupError(f"no table in the document begins with: {head}")
    end = start
    while end < len(lines) and lines[end].startswith("|"):
        end += 1
    return "".join(lines[:start]) + table + "".join(lines[end:])


def write(tables: list[str]) -> None:
    """Write the tables into docs/performance.md."""
    document = PERFORMANCE.read_text()
    for table in tables:
        document = with_table(document, table)
    PERFORMANCE.write_text(document)
