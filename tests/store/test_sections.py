"""The log read backwards in sections folds to what the whole log folds to."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import pytest

from app.domain.events import Event, EventDraft, EventType
from app.domain.projection import RunView, fold
from app.domain.sections import PIECES, SPINE
from app.errors import ErrorKind
from app.store.store import SqlStore
from tests.store.helpers import REQUEST, claimed, delta, must_claim, refused

AGENT = "code_generator"


def draft(type_: EventType, turn: int, message: str = "", **data: object) -> EventDraft:
    return EventDraft(type=type_, agent=AGENT, message=message, turn=turn, data=data)


def attempt(choose: random.Random, turn: int) -> Iterator[EventDraft]:
    """A turn that may be cut short, think, be asked again, or speak on after its message."""
    yield draft(EventType.TURN_STARTED, turn, round=1)
    for _ in range(choose.randint(0, 3)):
        for _ in range(choose.randint(0, 4)):
            yield draft(EventType.REASONING_DELTA, turn, choose.choice("abc"))
        for _ in range(choose.randint(0, 4)):
            yield delta(choose.choice("xyz"), turn)
        if choose.random() < 0.3:
            yield draft(EventType.NOTE, turn, "again", kind=choose.choice(["asked_again", "call"]))
        if choose.random() < 0.7:
            yield draft(EventType.MESSAGE_COMPLETED, turn, f"all of {turn}")
    if choose.random() < 0.7:
        yield draft(EventType.CHECK_COMPLETED, turn, artifact_hash="0", result={"name": "syntax"})
        yield draft(EventType.TURN_FINISHED, turn, seconds=1.5)


def between(choose: random.Random, turn: int) -> list[EventDraft]:
    """What may stand between two turns."""
    gate = [
        EventDraft(type=EventType.GATE_OPENED, turn=turn),
        EventDraft(type=EventType.GATE_DECIDED, turn=turn, data={"decision": "revise"}),
    ]
    rewound = [EventDraft(type=EventType.NOTE, data={"rewind_to": max(turn - 2, 0)})]
    ended = [EventDraft(type=EventType.RUN_FINISHED, data={"status": "cancelled"})]
    noted = [EventDraft(type=EventType.MODEL_SWITCHED)]
    return choose.choice([[], [], gate, gate[:1], rewound, ended, noted])


def told(store: SqlStore, seed: int) -> list[Event]:
    """The whole log of a session that knows everything that can happen to a run."""
    choose = random.Random(seed)
    run = store.start_run(REQUEST)
    turn = 1
    for _ in range(choose.randint(0, 14)):
        claim = must_claim(store, run.id)
        store.append(claim, [*attempt(choose, turn), *between(choose, turn)])
        store.release(claim)
        turn = max(1, turn + choose.choice([-2, 0, 1, 1, 1]))
    return store.events(run.session_id)


def sections(store: SqlStore, session: str, turns: int) -> list[Event]:
    """The sections' own events, in order."""
    read = store.section(session, None, turns)
    own = [e for e in read.events if e.seq >= read.first]
    while read.first > 1:
        read = store.section(session, read.first, turns)
        own = [*(e for e in read.events if e.seq >= read.first), *own]
    return own


@pytest.mark.parametrize("seed", range(12))
def test_sections_fold_to_what_all_events_fold_to(store: SqlStore, seed: int) -> None:
    log = told(store, seed)
    for turns in (1, 2, 5, 200):
        short = sections(store, log[0].session_id, turns)
        assert fold(short) == fold(log)
        assert [e.seq for e in short] == sorted({e.seq for e in short})


@pytest.mark.parametrize("seed", range(12))
def test_the_end_alone_shows_its_turns_as_the_whole_log_does(store: SqlStore, seed: int) -> None:
    log = told(store, seed)
    end = store.section(log[0].session_id, None, 2)
    assert (end.last, len([e for e in end.events if e.type is EventType.TURN_STARTED])) == (
        log[-1].seq,
        len([e for e in log if e.type is EventType.TURN_STARTED]),
    )
    (part,), (whole,) = fold(end.events).values(), fold(log).values()
    assert facts(part) == facts(whole)
    shown = [turn for turn in whole.turns.values() if turn.started.seq >= end.first]
    assert [part.turns[turn.turn] for turn in shown] == shown


def facts(run: RunView) -> Sequence[object]:
    return (run.created, run.gate, run.decisions, run.finished, [t.started for t in run.turns.values()])


def test_pieces_of_what_is_complete_are_left_out_and_others_are_one(store: SqlStore) -> None:
    claim = claimed(store)
    whole = [delta("ab", 1), delta("cd", 1), draft(EventType.MESSAGE_COMPLETED, 1, "abcd")]
    store.append(claim, [draft(EventType.TURN_STARTED, 1), *whole, draft(EventType.TURN_FINISHED, 1)])
    store.append(claim, [draft(EventType.TURN_STARTED, 2), delta("e", 2), delta("f", 2), delta("g", 2)])
    section = store.section(claim.run.session_id, None, 8)
    assert (section.first, section.last) == (1, 10)
    assert [(e.seq, e.message) for e in section.events if e.type in PIECES] == [(8, "efg")]


def test_before_a_section_only_the_spine_is_told(store: SqlStore) -> None:
    claim = claimed(store)
    for turn in (1, 2, 3):
        drafts = [draft(EventType.TURN_STARTED, turn), draft(EventType.MESSAGE_COMPLETED, turn, "said")]
        store.append(claim, [*drafts, draft(EventType.TURN_FINISHED, turn)])
    section = store.section(claim.run.session_id, None, 1)
    assert section.first == 8
    assert [e.seq for e in section.events] == [1, 2, 5, 8, 9, 10]
    assert {e.type for e in section.events if e.seq < section.first} <= set(SPINE)
    older = store.section(claim.run.session_id, section.first, 1)
    assert (older.first, older.last, [e.seq for e in older.events]) == (5, 7, [1, 2, 5, 6, 7])


def test_an_unknown_session_has_no_sections(store: SqlStore) -> None:
    with refused(ErrorKind.NOT_FOUND):
        store.section("ab12", None, 8)
