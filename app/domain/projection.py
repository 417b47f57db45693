"""Fold a session's events into what is shown. The terminal, the page and exports use this one fold.

An interrupted turn is told again under a higher epoch; its half-told attempt stays in the log and is
dropped here. The same holds for turns that were rewound.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.events import Event, EventType

CALL: Final = "call"  # kind of a note: a call begins, with the facts that are known before it
ASKED_AGAIN: Final = "asked_again"  # kind of a note: what was said before it in the turn counts no more


@dataclass
class TurnView:
    """One turn as shown. `text` is what streamed so far, or the full message once it is complete."""

    turn: int
    epoch: int
    agent: str
    started: Event
    text: str = ""
    reasoning: str = ""
    complete: bool = False
    seconds: float | None = None
    checks: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    usage: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    notes: list[str] = field(default_factory=list[str])
    versions: list[Event] = field(default_factory=list[Event])


@dataclass
class RunView:
    """One run as shown. `gate` is the event of the open gate, `finished` that of the end."""

    run_id: str
    created: Event | None = None
    turns: dict[int, TurnView] = field(default_factory=dict[int, TurnView])
    gate: Event | None = None
    decisions: list[Event] = field(default_factory=list[Event])
    finished: Event | None = None
    notes: list[Event] = field(default_factory=list[Event])


def fold(events: Iterable[Event]) -> dict[str, RunView]:
    """Views of all runs in the events, in order of their first event. Events in order of seq."""
    runs: dict[str, RunView] = {}
    for event in events:
        apply(runs.setdefault(event.run_id, RunView(event.run_id)), event)
    return runs


def apply(run: RunView, event: Event) -> None:
    """Take one more event into a run's view. An event of a dropped attempt changes nothing."""
    if event.type is EventType.TURN_STARTED and event.turn is not None:
        _start(run, event.turn, event)
    elif event.type is EventType.NOTE and "rewind_to" in event.data:
        _rewind(run, int(event.data["rewind_to"]))
        run.notes.append(event)
    elif event.type in (EventType.GATE_OPENED, EventType.GATE_DECIDED):
        _gate(run, event)
    elif event.type is EventType.RUN_CREATED:
        run.created = event
    elif event.type is EventType.RUN_FINISHED:
        run.finished, run.gate = event, None
    elif (turn := _turn_of(run, event)) is not None:
        _tell(turn, event)
    elif event.turn is None:
        run.notes.append(event)


def _start(run: RunView, number: int, event: Event) -> None:
    _rewind(run, number - 1)
    run.turns[number] = TurnView(turn=number, epoch=event.epoch, agent=event.agent, started=event)


def _rewind(run: RunView, last: int) -> None:
    run.turns = {n: t for n, t in run.turns.items() if n <= last}
    run.gate = run.finished = None


def _gate(run: RunView, event: Event) -> None:
    if event.type is EventType.GATE_OPENED:
        run.gate, run.finished = event, None
    else:
        run.gate = None
        run.decisions.append(event)


def _turn_of(run: RunView, event: Event) -> TurnView | None:
    turn = run.turns.get(event.turn) if event.turn is not None else None
    return turn if turn is not None and turn.epoch == event.epoch else None


def _tell(turn: TurnView, event: Event) -> None:
    match event.type:
        case EventType.MESSAGE_DELTA:
            turn.text += event.message
        case EventType.MESSAGE_COMPLETED:
            turn.text, turn.complete = event.message, True
        case EventType.REASONING_DELTA:
            turn.reasoning += event.message
        case EventType.CHECK_COMPLETED:
            turn.checks.append(event.data)
        case EventType.USAGE_RECORDED:
            turn.usage.append(event.data)
        case EventType.ARTIFACT_PROPOSED | EventType.ARTIFACT_REJECTED:
            turn.versions.append(event)
        case EventType.TURN_FINISHED:
            turn.seconds = event.data.get("seconds")
        case _:
            if event.data.get("kind") == ASKED_AGAIN:
                turn.text = turn.reasoning = ""
            if event.data.get("kind") != CALL:
                turn.notes.append(event.message)
