"""The fold drops half-told attempts and rewound turns, and shows everything else once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from app.domain.events import Event, EventType
from app.domain.projection import RunView, fold


def told(*steps: tuple[EventType, int | None, int, str, dict[str, Any]]) -> RunView:
    events = [
        Event(
            session_id="s",
            run_id="r",
            seq=n,
            ts=datetime.now(UTC),
            type=kind,
            turn=turn,
            epoch=epoch,
            agent="code_generator",
            message=message,
            data=data,
        )
        for n, (kind, turn, epoch, message, data) in enumerate(steps, start=1)
    ]
    return fold(events)["r"]


def test_interrupted_attempt_is_replaced_by_the_next() -> None:
    view = told(
        (EventType.TURN_STARTED, 1, 1, "", {}),
        (EventType.MESSAGE_DELTA, 1, 1, "half a", {}),
        (EventType.TURN_STARTED, 1, 2, "", {}),
        (EventType.MESSAGE_DELTA, 1, 1, "late words of a dead worker", {}),
        (EventType.MESSAGE_DELTA, 1, 2, "whole", {}),
        (EventType.MESSAGE_COMPLETED, 1, 2, "whole answer", {}),
    )
    assert [t.text for t in view.turns.values()] == ["whole answer"]


def test_rewound_turns_and_their_gate_are_gone() -> None:
    view = told(
        (EventType.TURN_STARTED, 1, 1, "", {}),
        (EventType.TURN_STARTED, 2, 1, "", {}),
        (EventType.GATE_OPENED, 2, 1, "look", {"gate_id": "g"}),
        (EventType.NOTE, None, 2, "Rewound to turn 1", {"rewind_to": 1}),
    )
    assert list(view.turns) == [1]
    assert view.gate is None


def test_open_gate_ends_with_its_decision_and_end_is_shown() -> None:
    view = told(
        (EventType.TURN_STARTED, 1, 1, "", {}),
        (EventType.GATE_OPENED, 1, 1, "look", {"gate_id": "g"}),
        (EventType.GATE_DECIDED, None, 1, "approve", {"gate_id": "g"}),
        (EventType.RUN_FINISHED, 2, 2, "approved", {"status": "approved"}),
    )
    assert view.gate is None
    assert view.finished is not None
    assert [d.message for d in view.decisions] == ["approve"]
