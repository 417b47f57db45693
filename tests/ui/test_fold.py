"""The page folds the event log as the terminal does, whatever the log holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.events import Event, EventType
from app.domain.projection import RunView, TurnView, fold
from tests.support.page_tools import run_node

HERE = Path(__file__).parent
DEMO = HERE / "data" / "demo.jsonl"
DATA: dict[EventType, dict[str, Any]] = {
    EventType.TURN_FINISHED: {"seconds": 1.5},
    EventType.CHECK_COMPLETED: {"artifact_hash": "0" * 64, "result": {"name": "syntax"}},
    EventType.USAGE_RECORDED: {"prompt_tokens": 3},
}

kinds = st.tuples(
    st.sampled_from([*EventType, EventType.TURN_STARTED, EventType.MESSAGE_DELTA]),
    st.sampled_from(["a1", "b2"]),
    st.none() | st.integers(1, 4),
    st.integers(0, 2),
    st.none() | st.integers(0, 4),
    st.text(max_size=5),
)


def as_event(seq: int, drawn: tuple[EventType, str, int | None, int, int | None, str]) -> Event:
    kind, run_id, turn, epoch, rewind_to, message = drawn
    data = DATA.get(kind, {})
    if kind is EventType.NOTE and rewind_to is not None:
        data = {"rewind_to": rewind_to}
    return Event(
        type=kind, agent="code_generator", message=message, turn=turn, epoch=epoch, data=data,
        session_id="5e", run_id=run_id, seq=seq, ts=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


def told_by_page(lines: Sequence[str], folder: Path) -> object:
    log = folder / "events.jsonl"
    log.write_text("\n".join(lines), encoding="utf-8")
    ran = run_node(HERE / "print_fold.js", log)
    assert ran.returncode == 0, ran.stdout
    return json.loads(ran.stdout)


def told_by_terminal(events: Sequence[Event]) -> object:
    return json.loads(json.dumps([_run(run) for run in fold(events).values()]))


def _run(run: RunView) -> list[Any]:
    return [
        run.run_id, run.created and run.created.seq, [_turn(turn) for turn in run.turns.values()],
        run.gate and run.gate.seq, [e.seq for e in run.decisions], run.finished and run.finished.seq,
        [e.seq for e in run.notes],
    ]  # fmt: skip


def _turn(view: TurnView) -> list[Any]:
    return [
        view.turn, view.epoch, view.agent, view.started.seq, view.text, view.reasoning, view.complete,
        view.seconds, view.checks, view.usage, view.notes, [e.seq for e in view.versions],
    ]  # fmt: skip


def test_of_a_whole_run(tmp_path: Path) -> None:
    lines = DEMO.read_text(encoding="utf-8").splitlines()
    expected = told_by_terminal([Event.model_validate_json(line) for line in lines])
    assert told_by_page(lines, tmp_path) == expected
    assert [turn[2] for turn in expected[0][2]] == [  # type: ignore[index]
        "code_generator", "quality_checker", "code_optimizer", "user_proxy",
    ]  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(kinds, max_size=60))
def test_of_any_events(tmp_path: Path, drawn: list[Any]) -> None:
    events = [as_event(seq, one) for seq, one in enumerate(drawn, 1)]
    lines = [event.model_dump_json() for event in events]
    assert told_by_page(lines, tmp_path) == told_by_terminal(events)
