"""How the demo shows itself: a line and a time for each step, a spinner while it runs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

console = Console(highlight=False)


class Step:
    """A step under way: says what it is `doing`, and what is `done` when it is over."""

    def __init__(self, progress: Progress, doing: str) -> None:
        self.done = doing
        self._progress = progress
        self._task = progress.add_task(escape(doing))

    def doing(self, what: str) -> None:
        """Change the words beside the spinner."""
        self._progress.update(self._task, description=escape(what))


@contextmanager
def step(doing: str) -> Iterator[Step]:
    """Show a spinner for the block, then what the block put in `.done` and its time."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    started = time.monotonic()
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        current = Step(progress, doing)
        yield current
    elapsed = f"{time.monotonic() - started:5.2f} s"
    console.print(f"[green]✓[/] [dim]{elapsed}[/]  {escape(current.done)}", soft_wrap=True)


def show(text: str) -> None:
    """Print `text` as it is."""
    console.print(text, markup=False, soft_wrap=True)
