"""A session of many turns, written through the store: a real run's turns told again, each in tokens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from app.domain.artifacts import Artifact, SourceFile
from app.domain.claims import Claim, GateDraft
from app.domain.decisions import Decision, DecisionKind
from app.domain.events import EventDraft, EventType
from app.domain.runs import RunRequest, RunState, RunStatus
from app.session.recorder import JOIN_SECONDS
from app.store.store import SqlStore, open_store

TEMPLATE: Final = Path(__file__).parents[1] / "ui" / "data" / "demo.jsonl"
END: Final = "Here ends turn"  # and its number, in each turn's message
_TOKEN: Final = 4  # characters
_AGENTS: Final = ("code_generator", "quality_checker", "code_optimizer", "user_proxy")
_REVISE: Final = Decision(kind=DecisionKind.REVISE, feedback="Handle an empty list, please.")
_LEASE: Final = 600.0
_END: Final = EventDraft(
    type=EventType.RUN_FINISHED, message="Cancelled by the user", data={"status": "cancelled"}
)


def write_session(home: Path, turns: int, title: str = "The long one") -> str:
    """A session of one run with so many turns, cancelled at its end; its id. home: of a stopped program."""
    home.mkdir(parents=True, exist_ok=True)
    store = open_store(f"sqlite:///{home / 'roundtable.db'}")
    try:
        return _write(store, turns, title)
    finally:
        store.close()


def write_stream(home: Path, text: str, speed: float, begun: Callable[[str], None]) -> None:
    """A session whose first turn says the text, written as the recorder does, and is then cancelled.

    speed: tokens a second. begun: told the session's id. The program on this data folder may be running.
    """
    store = open_store(f"sqlite:///{home / 'roundtable.db'}")
    try:
        run = store.start_run(RunRequest(requirements="Write a very long answer."), title="The stream")
        claim = _claim(store, run.id)
        first = EventDraft(type=EventType.TURN_STARTED, agent=_AGENTS[0], turn=1, data={"round": 1})
        store.append(claim, [first])
        begun(run.session_id)
        size, due = int(speed * JOIN_SECONDS * _TOKEN), time.monotonic()
        for at in range(0, len(text), size):
            due += JOIN_SECONDS
            time.sleep(max(0.0, due - time.monotonic()))
            store.append(claim, [_said(EventType.MESSAGE_DELTA, text[at : at + size])])
        store.append(claim, [_said(EventType.MESSAGE_COMPLETED, text)])
        store.end_run(claim, RunStatus.CANCELLED, [_END])
    finally:
        store.close()


def _said(kind: EventType, text: str) -> EventDraft:
    return EventDraft(type=kind, agent=_AGENTS[0], turn=1, message=text)


def _write(store: SqlStore, turns: int, title: str) -> str:
    request = RunRequest(requirements="Write a Python function that merges overlapping intervals.")
    run = store.start_run(request, title=title)
    claim = _claim(store, run.id)
    for turn in range(1, turns + 1):
        artifact = _artifact(turn)
        told = list(_told(turn, artifact))
        store.append(claim, told[:-1])
        gate = GateDraft(artifact.hash, f"Version {turn}") if turn % 4 == 3 else None
        status = RunStatus.WAITING if gate else RunStatus.QUEUED
        state = RunState(turn=turn, round=turn // 4 + 1, version=turn, artifact=artifact)
        written = store.finish_turn(
            claim, state, status, told[-1:], agent=_agent(turn), gate=gate, keep=[artifact]
        )
        if gate:
            store.decide(written[-1].data["gate_id"], artifact.hash, _REVISE)
            claim = _claim(store, run.id)
    store.end_run(claim, RunStatus.CANCELLED, [_END])
    return run.session_id


def _claim(store: SqlStore, run_id: str) -> Claim:
    claim = store.claim(run_id, "bench", _LEASE, lambda _owner: False)
    assert claim is not None
    return claim


def _agent(turn: int) -> str:
    return _AGENTS[(turn - 1) % 4]


def _artifact(turn: int) -> Artifact:
    content = f"# version {turn}\ndef merge(intervals):\n    return sorted(intervals)\n"
    return Artifact.of([SourceFile(path="merge_intervals.py", content=content)])


def _template(agent: str) -> Sequence[EventDraft]:
    """What the agent's turn told, without its pieces, its beginning first."""
    drafts = [EventDraft.model_validate_json(line) for line in TEMPLATE.read_text("utf-8").splitlines()]
    own = [d for d in drafts if d.turn == _AGENTS.index(agent) + 1]
    return [d for d in own if not d.type.startswith(("gate", "run")) and d.type != EventType.MESSAGE_DELTA]


def _told(turn: int, artifact: Artifact) -> Iterator[EventDraft]:
    for draft in _template(_agent(turn)):
        own: dict[str, Any] = {"turn": turn, "data": _data(draft.data, turn, artifact)}
        if draft.type is EventType.MESSAGE_COMPLETED:
            own["message"] = f"{draft.message}\n\n{END} {turn}."
            yield from _pieces(draft.model_copy(update=own))
        yield draft.model_copy(update=own)


def _pieces(message: EventDraft) -> Iterator[EventDraft]:
    text = message.message
    for at in range(0, len(text), _TOKEN):
        own = {"type": EventType.MESSAGE_DELTA, "message": text[at : at + _TOKEN], "data": {}}
        yield message.model_copy(update=own)


def _data(data: dict[str, Any], turn: int, artifact: Artifact) -> dict[str, Any]:
    own: dict[str, Any] = {"artifact_hash": artifact.hash, "version": turn, "round": (turn + 3) // 4}
    return {key: own.get(key, value) for key, value in data.items()}
