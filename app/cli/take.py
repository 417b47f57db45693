"""Take a run as far as it goes, save what is approved, and say how to go on: `generate` and `runs resume`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from app.cli.drive import Driver
from app.cli.exits import Exit
from app.cli.gate import answer_by, verified
from app.cli.json_lines import JsonSink
from app.cli.services import Services
from app.cli.stop import Stop
from app.cli.terminal import Terminal
from app.cli.view import Sink, View
from app.domain.events import Event
from app.domain.runs import Run, RunStatus
from app.program import PROGRAM

if TYPE_CHECKING:
    from app.session.service import Service

_HOW_TO_GO_ON: Final = {
    RunStatus.WAITING: "The decision is open. Go on with: {}",
    RunStatus.QUEUED: "Stopped; all finished turns are kept. Go on with: {}",
    RunStatus.RUNNING: "Another process has taken the run over. See it with: {}",
    RunStatus.BUDGET: "Go on with: {} --max-tokens N --max-seconds N",
    RunStatus.CANCELLED: "Go on with: {}",
    RunStatus.FAILED: "Try again with: {}",
}


@dataclass(frozen=True)
class Options:
    """decide: ask, approve-if-verified or none. out: where approved files go. json: events on stdout."""

    decide: str
    out: Path | None
    json: bool

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Self:
        """Without --decide a terminal is asked; nobody can answer where standard input is none."""
        default = "ask" if sys.stdin.isatty() else "none"
        return cls(arguments.decide or default, arguments.out, arguments.json)


def all_events(service: Service, session_id: str) -> list[Event]:
    """All events of a session up to now."""
    return list(service.tail(session_id, stop=lambda: True))


def take(services: Services, run: Run, options: Options, terminal: Terminal, told: Sequence[Event]) -> int:
    """Returns the exit code. told: events of the session that are not to be shown again."""
    view = View(terminal)
    sink: Sink = JsonSink(view) if options.json else view
    sink.prime(told)
    with Stop().listening() as stop:
        answer = answer_by(options.decide, services.store, terminal, stop)
        driver = Driver(services.service, sink, run, told[-1].seq if told else 0, stop)
        status = driver.drive(answer)
    return finish(services, run, status, options, terminal)


def finish(services: Services, run: Run, status: RunStatus, options: Options, terminal: Terminal) -> int:
    """Save what is approved, say how to go on, and return the exit code."""
    go_on = f"{PROGRAM} runs resume {run.session_id}"
    if status is RunStatus.APPROVED:
        if options.out is not None:
            save(services, run, options.out, terminal)
        else:
            terminal.line(f"To save the files: {go_on} --out DIR")
        state = services.store.state(run.id)
        by_override = state.decision is not None and state.decision.override
        return Exit.OK if verified(services.store, run.id) and not by_override else Exit.NOT_VERIFIED
    if status in _HOW_TO_GO_ON:
        terminal.line(_HOW_TO_GO_ON[status].format(go_on))
    if status is RunStatus.WAITING and options.decide == "approve-if-verified":
        return Exit.NOT_VERIFIED
    return Exit.FAILED if status in (RunStatus.FAILED, RunStatus.BUDGET) else Exit.UNDECIDED


def save(services: Services, run: Run, folder: Path, terminal: Terminal) -> None:
    """Write the approved files and name them. Raises AppError(conflict, forbidden)."""
    for path in services.service.save(run.id, folder):
        terminal.line(f"Saved {path}", "green")
