"""Downloads with a bar, or with a line now and then where the output is no terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from typing import Final

from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bars

from app.cli.safe_text import safe_line
from app.cli.terminal import Terminal
from app.errors import AppError, ErrorKind
from app.models.download import Progress, ProgressCallback

_PERCENT_A_LINE: Final = 5
_BAR_WIDTH: Final = 20


def download(
    terminal: Terminal, title: str, work: Callable[[ProgressCallback], Coroutine[None, None, object]]
) -> None:
    """Run `work` with a progress display. Raises AppError(cancelled) on Ctrl-C: what arrived is kept."""
    try:
        with _display(terminal, title) as show:
            asyncio.run(work(show))
    except KeyboardInterrupt:
        raise AppError(
            ErrorKind.CANCELLED,
            f"The download of {title} was stopped; what arrived is kept.",
            "Give the same command again: it goes on from there.",
        ) from None
    terminal.line(f"{title} is ready.", "green")


@contextmanager
def _display(terminal: Terminal, title: str) -> Generator[ProgressCallback]:
    if terminal.plain:
        yield _Lines(terminal, title)
        return
    terminal.line(f"Fetching {title}")
    columns = (BarColumn(bar_width=_BAR_WIDTH), TextColumn("{task.description}"))
    with Bars(*columns, console=terminal.console, transient=True) as bars:
        task = bars.add_task("", total=None)

        def show(now: Progress) -> None:
            words = f"{amount(now)} · {pace(now)}"
            bars.update(task, completed=now.bytes_done, total=now.bytes_total or None, description=words)

        yield show


class _Lines:
    """Prints a line every few percent."""

    def __init__(self, terminal: Terminal, title: str) -> None:
        self._terminal = terminal
        self._title = title
        self._due = 0

    def __call__(self, now: Progress) -> None:
        percent = 100 * now.bytes_done // now.bytes_total if now.bytes_total else 0
        if percent >= self._due:
            self._due = percent - percent % _PERCENT_A_LINE + _PERCENT_A_LINE
            self._terminal.line(f"{self._title}: {percent} % {pace(now)}")


def amount(now: Progress) -> str:
    """How much of how much."""
    return f"{now.bytes_done / 1e6:,.0f} of {now.bytes_total / 1e6:,.0f} MB"


def pace(now: Progress) -> str:
    """Rate, time left and source, as far as known."""
    left = "" if now.eta_seconds is None else f", {_duration(now.eta_seconds)} left"
    rate = f"{now.rate / 1e6:.1f} MB/s{left} " if now.rate else ""
    return f"{rate}({safe_line(now.source)})"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
