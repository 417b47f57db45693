from __future__ import annotations

from typing import Any

import pytest

from app.domain.runs import RunRequest, RunStatus
from app.errors import ErrorKind
from app.store.store import SqlStore
from tests.store.helpers import (
    REQUEST,
    alive,
    claimed,
    code,
    dead,
    delta,
    play_turn,
    refused,
    run_at_gate,
)


def started(store: SqlStore, requirements: str, **rest: Any) -> str:
    return store.start_run(RunRequest(requirements=requirements), **rest).session_id


def test_a_session_is_called_by_the_first_line_of_what_was_asked(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    session = store.session(run.session_id)
    assert session.title == "Merge overlapping intervals"
    assert (session.run_id, session.status, session.language) == (run.id, RunStatus.QUEUED, "python")
    assert session.created <= session.updated


def test_a_session_shows_its_newest_run(store: SqlStore) -> None:
    first = store.start_run(REQUEST)
    play_turn(store, first.id, RunStatus.APPROVED)
    request = RunRequest(requirements="Now the same in Go, please", language="go")
    second = store.start_run(request, session_id=first.session_id, base=code())
    session = store.session(first.session_id)
    assert (session.run_id, session.language, session.status) == (second.id, "go", RunStatus.QUEUED)
    assert session.title == "Merge overlapping intervals"
    assert [r.number for r in store.runs(first.session_id)] == [1, 2]


def test_a_run_follows_only_one_that_has_ended(store: SqlStore) -> None:
    run, _ = run_at_gate(store)
    with refused(ErrorKind.CONFLICT, "still waiting"):
        store.start_run(REQUEST, session_id=run.session_id)
    with refused(ErrorKind.NOT_FOUND):
        store.start_run(REQUEST, session_id="nowhere")


def test_sessions_are_listed_by_their_last_change(store: SqlStore) -> None:
    first, second = claimed(store).run, store.start_run(REQUEST)
    assert [s.id for s in store.sessions()] == [second.session_id, first.session_id]
    play_turn(store, first.id)
    assert [s.id for s in store.sessions()] == [first.session_id, second.session_id]
    assert [s.id for s in store.sessions(limit=1)] == [first.session_id]


def test_a_session_is_found_by_its_title_and_by_what_was_asked(store: SqlStore) -> None:
    title = started(store, "Something else entirely", title="Ärger mit Intervallen")
    asked = started(store, "First line\nthen parse an ISO DATE in the second")
    percent = started(store, "Format 100%_exactly like this")
    assert [s.id for s in store.sessions("äRGER")] == [title]
    assert [s.id for s in store.sessions("iso date")] == [asked]
    assert [s.id for s in store.sessions("0%_e")] == [percent]
    assert store.sessions("_________________") == []
    assert len(store.sessions("  ")) == 3


def test_a_renamed_session_is_found_by_its_new_title(store: SqlStore) -> None:
    session_id = started(store, "Something else entirely", title="Old name")
    renamed = store.rename(session_id, "  New\n name \0 ")
    assert renamed.title == store.session(session_id).title == "New name"
    assert [s.id for s in store.sessions("new name")] == [session_id]
    assert store.sessions("old name") == []


@pytest.mark.parametrize("title", ["", " \n ", "x" * 201])
def test_a_title_has_1_to_200_characters(store: SqlStore, title: str) -> None:
    with refused(ErrorKind.INVALID_REQUEST, "1 to 200"):
        store.rename(store.start_run(REQUEST).session_id, title)


def test_a_session_is_seen_by_its_owner_alone(store: SqlStore) -> None:
    anns = started(store, "What Ann wants to have", owner="ann")
    bobs = started(store, "What Bob wants to have", owner="bob")
    assert [s.id for s in store.sessions(owners=["ann"])] == [anns]
    assert store.sessions("bob wants", owners=["ann"]) == []
    assert store.session(bobs, owners=["bob"]) == store.session(bobs)
    with refused(ErrorKind.NOT_FOUND):
        store.session(bobs, owners=["ann"])


def test_a_deleted_session_is_gone_with_all_it_held(store: SqlStore) -> None:
    run, gate = run_at_gate(store)
    store.delete(run.session_id, alive)
    for ask in (
        lambda: store.session(run.session_id),
        lambda: store.events(run.session_id),
        lambda: store.runs(run.session_id),
        lambda: store.run(run.id),
        lambda: store.gate(gate.id),
        lambda: store.artifact(gate.artifact_hash),
        lambda: store.wait(run.session_id, 10**6, 0),
        lambda: store.rename(run.session_id, "Anew"),
        lambda: store.delete(run.session_id, alive),
    ):
        with refused(ErrorKind.NOT_FOUND):
            ask()
    assert store.sessions() == []


def test_what_another_session_needs_is_not_deleted(store: SqlStore) -> None:
    first, gate = run_at_gate(store)
    second, _ = run_at_gate(store)
    store.delete(first.session_id, alive)
    assert store.artifact(gate.artifact_hash) == code()
    assert store.state(second.id).artifact == code()


def test_a_session_being_worked_on_is_not_deleted(store: SqlStore) -> None:
    claim = claimed(store)
    with refused(ErrorKind.CONFLICT, "being worked on"):
        store.delete(claim.run.session_id, alive)
    store.append(claim, [delta()])
    store.delete(claim.run.session_id, dead)
    assert store.sessions() == []
