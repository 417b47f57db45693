"""A session's log in sections of turns, from its end backwards, as short as a fold of it allows.

A message that is complete holds what its pieces said, so these are left out; pieces that count become one.
Of what came before a section only the run's own facts and the beginnings of turns are told: what the
section's turns are shown with (rounds, decisions, who was rewound) depends on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.events import Event, EventType

PIECES: Final = (EventType.MESSAGE_DELTA, EventType.REASONING_DELTA)
# Told of all that came before a section, with the notes on runs, by which turns are rewound.
SPINE: Final = (
    EventType.RUN_CREATED,
    EventType.RUN_FINISHED,
    EventType.TURN_STARTED,
    EventType.GATE_OPENED,
    EventType.GATE_DECIDED,
)


@dataclass(frozen=True)
class Section:
    """events: in order; the spine of what came before `first`, then the section itself.

    first / last: numbers of its first and last event before anything was left out; first is 1 where nothing
    came before. Folding all sections' own events in order gives what folding the whole log gives.
    """

    events: Sequence[Event]
    first: int
    last: int


def unfinished(events: Iterable[Event], last: int) -> list[tuple[int, int]]:
    """Where pieces stand that no completed message stands for: (seq, seq), both excluded.

    events: a section's without its pieces, in order. last: number of its last event.
    """
    spans: list[tuple[int, int]] = []
    turn: list[tuple[int, int]] = []
    before: int | None = None
    for event in events:
        if before is not None and event.seq > before + 1:
            turn.append((before, event.seq))
        if event.type is EventType.MESSAGE_COMPLETED:
            turn = []
        elif event.type is EventType.TURN_STARTED:
            spans += turn
            turn = []
        before = event.seq
    if before is not None and last > before:
        turn.append((before, last + 1))
    return spans + turn


def joined(events: Iterable[Event]) -> list[Event]:
    """Pieces of one message that follow each other made one, with the number and time of the first."""
    short: list[Event] = []
    texts: list[str] = []
    for event in events:
        if short and _goes_on(short[-1], event):
            texts.append(event.message)
            continue
        _close(short, texts)
        short.append(event)
        texts = [event.message]
    _close(short, texts)
    return short


def _goes_on(before: Event, event: Event) -> bool:
    own = (event.type, event.run_id, event.turn, event.epoch, event.agent)
    return event.type in PIECES and own == (
        before.type,
        before.run_id,
        before.turn,
        before.epoch,
        before.agent,
    )


def _close(short: list[Event], texts: Sequence[str]) -> None:
    if len(texts) > 1:
        short[-1] = short[-1].model_copy(update={"message": "".join(texts)})
