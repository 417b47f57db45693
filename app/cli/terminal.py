"""Where a command writes for people: a rich console, or plain lines where the output is no terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from typing import TextIO

from rich.console import Console
from rich.text import Text

from app.cli.safe_text import safe_text


def is_plain(stream: TextIO) -> bool:
    """Whether to write without colours, control codes and moving parts."""
    dumb = os.environ.get("TERM", "") in ("dumb", "unknown")
    return not stream.isatty() or bool(os.environ.get("NO_COLOR")) or dumb


class Terminal:
    """Output for people. to_stderr: standard output is taken by data, as with --json.

    Model text is printed as `Text` made by `safe`, so that no markup in it is interpreted.
    """

    def __init__(self, *, to_stderr: bool = False) -> None:
        stream = sys.stderr if to_stderr else sys.stdout
        self.plain = is_plain(stream)
        self.console = Console(
            file=stream,
            markup=False,
            highlight=False,
            emoji=False,
            soft_wrap=self.plain,
            no_color=self.plain,
            color_system=None if self.plain else "auto",
            force_terminal=False if self.plain else None,
        )

    def line(self, text: str = "", style: str = "") -> None:
        """Print a line of any text."""
        self.console.print(safe(text, style))

    @contextmanager
    def busy(self, text: str) -> Generator[None]:
        """Show that something is going on, where the terminal can."""
        with nullcontext() if self.plain else self.console.status(text, spinner="dots"):
            yield

    def ask(self, question: str) -> str | None:
        """A line typed by the user; None at the end of input. What was typed before counts not."""
        _forget_typed()
        self.console.print(Text(question, "bold"), end="")
        self.console.file.flush()
        line = sys.stdin.readline()
        return line.rstrip("\n") if line else None


def safe(text: str, style: str = "") -> Text:
    """Any text for rich, made safe."""
    return Text(safe_text(text), style)


def _forget_typed() -> None:
    """Drop keys pressed before the question was there: they cannot have meant it."""
    if not sys.stdin.isatty():
        return
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - of this system only

        while msvcrt.kbhit():
            msvcrt.getwch()
    else:
        import termios  # noqa: PLC0415 - of the other systems

        termios.tcflush(sys.stdin, termios.TCIFLUSH)
