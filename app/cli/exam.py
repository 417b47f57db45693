"""`models exam`: what a model can do on this machine, in two minutes."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.progress import BarColumn, ProgressColumn, Task, TextColumn
from rich.progress import Progress as Bars
from rich.text import Text

from app.cli.exits import Exit
from app.cli.json_lines import print_json
from app.cli.safe_text import safe_line
from app.cli.services import MakeServices
from app.cli.stop import Stop
from app.cli.terminal import Terminal
from app.domain.exams import Advice, Exam, Form, Part, Reason, Score
from app.errors import AppError, ErrorKind
from app.session.exam.advice import advice_of, told

if TYPE_CHECKING:
    from app.session.exam.sitting import Progress, Tell

_BAR_WIDTH: Final = 20
_REASONS: Final[dict[Reason, str]] = {
    "budget": "the time was over before",
    "no_sandbox": "nothing here runs Python",
    "silent": "no answer told it",
}


def exam(arguments: argparse.Namespace, make: MakeServices) -> int:
    """Examine a model and keep the result; exit code 0 however it did, if it could be asked."""
    services, terminal = make({}), Terminal(to_stderr=arguments.json)
    conductor = services.conductor
    try:
        with _display(terminal) as tell, Stop().raising():
            terminal.line(f"Examining {safe_line(arguments.name)}, at most about {arguments.seconds:g} s")
            found = asyncio.run(conductor.examine(None, arguments.name, arguments.seconds, tell))
    except KeyboardInterrupt:
        raise AppError(
            ErrorKind.CANCELLED, "The exam was stopped; an earlier result stays.", "Give the command again."
        ) from None
    cost = services.providers.cost(found.provider)
    advice = advice_of(found, cost, services.settings.run.drawing_seconds)
    if arguments.json:
        print_json({**found.model_dump(mode="json"), "advice": advice.model_dump(mode="json")})
    else:
        _print(terminal, found, advice)
    return Exit.OK


@contextmanager
def _display(terminal: Terminal) -> Generator[Tell]:
    """A bar with the seconds left, or a line a question where the output is no terminal."""
    if terminal.plain:
        yield lambda now: terminal.line(f"{_question(now)}, {now.seconds_left:.0f} s left")
        return
    columns = (BarColumn(bar_width=_BAR_WIDTH), TextColumn("{task.description}", markup=False), _Left())
    with Bars(*columns, console=terminal.console, transient=True) as bars:
        task = bars.add_task("getting ready", total=None, due=None)

        def show(now: Progress) -> None:
            due = time.monotonic() + now.seconds_left
            bars.update(task, completed=now.done, total=now.of, description=_question(now), due=due)

        yield show


class _Left(ProgressColumn):
    """Counts the seconds down between two questions, too."""

    def render(self, task: Task) -> Text:
        due: float | None = task.fields.get("due")
        return Text("" if due is None else f"{max(due - time.monotonic(), 0):.0f} s left", "dim")


def _question(now: Progress) -> str:
    return f"{now.done + 1} of {now.of}, {now.part}: {now.title}"


def _print(terminal: Terminal, found: Exam, advice: Advice) -> None:
    took = f"{found.seconds:.0f} of {found.budget:.0f} s"
    terminal.line(f"{found.provider} {safe_line(found.model)}, {took}, {found.digest[:26]}", "bold")
    for part, words in _figures(found).items():
        reason = found.missing.get(part)
        shown = f"not measured: {_REASONS[reason]}" if reason else words
        terminal.line(f"  {part:<8} {shown}", "dim" if reason else "")
    if found.disturbed:
        terminal.line("  A run went on meanwhile: it is faster than that by itself.", "yellow")
    follows = told(found, advice)
    good = [agent for agent, fit in advice.roles.items() if fit]
    poor = [agent for agent, fit in advice.roles.items() if not fit]
    follows += [f"good as {', '.join(good)}"] if good else []
    follows += [f"not good as {', '.join(poor)}"] if poor else []
    terminal.line("What follows" if follows else "Nothing follows that changes how it is asked", "bold")
    for words in follows:
        terminal.line(f"  {words}")


def _figures(found: Exam) -> dict[Part, str]:
    speed, window = found.speed, found.window
    lost = f"; at {window.lost} its beginning is lost" if window.lost else ""
    wait = "" if speed.first_token_ms is None else f", first after {speed.first_token_ms / 1000:.1f} s"
    return {
        "speed": f"reads {_rate(speed.prompt_rate)}, writes {_rate(speed.answer_rate)}{wait}",
        "format": f"with all rules {_form(found.full)}; in few words {_form(found.plain)}",
        "ability": f"{_score(found.ability)} small tasks solved",
        "repair": f"{_score(found.repair)} failures mended",
        "window": f"{window.held} tokens tried and held{lost} (claimed: {window.claimed or 'nothing'})",
        "review": f"{_score(found.review)} results foretold",
    }


def _rate(rate: float | None) -> str:
    return "at an unknown rate" if rate is None else f"{rate:g} tokens/s"


def _form(form: Form) -> str:
    return (
        f"{form.readable} of {form.asked} readable ({form.clean} as they were)" if form.asked else "not asked"
    )


def _score(score: Score) -> str:
    return f"{score.right} of {score.of}"
