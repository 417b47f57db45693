from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.domain.artifacts import Artifact, SourceFile
from app.domain.events import EventDraft, EventType
from app.domain.runs import ContextFile, RunRequest, RunStatus
from app.domain.search import Found, Hit, HitKind
from app.store.store import SqlStore, open_store
from tests.store.helpers import REQUEST, alive, dead, execute, must_claim, play_turn

CODE = Artifact.of(
    [SourceFile(path="src/ledger.py", content="import decimal\n\ndef settle(account):\n    pass\n")]
)
FINDING = {
    "rule": "S608", "severity": "major", "source": "bandit", "path": "src/ledger.py", "line": 3,
    "text": "Query built by string concatenation",
}  # fmt: skip


def told(store: SqlStore, message: str, requirements: str = "Keep the books, please", **rest: Any) -> str:
    """A session whose first turn says `message`, proposes CODE and is found fault with; its id."""
    run = store.start_run(RunRequest(requirements=requirements, **rest.pop("request", {})), **rest)
    claim = must_claim(store, run.id)
    said = {"agent": "code_generator", "turn": 1}
    files = [{"path": f.path, "bytes": len(f.content), "sha256": f.sha256} for f in CODE.files]
    result = {"name": "security", "status": "fail", "evidence": "1 blocker", "findings": [FINDING]}
    drafts = [
        EventDraft(type=EventType.TURN_STARTED, **said),
        EventDraft(type=EventType.MESSAGE_COMPLETED, message=message, **said),
        EventDraft(
            type=EventType.ARTIFACT_PROPOSED,
            data={"artifact_hash": CODE.hash, "version": 1, "files": files},
            **said,
        ),
        EventDraft(
            type=EventType.CHECK_COMPLETED, data={"artifact_hash": CODE.hash, "result": result}, **said
        ),
        EventDraft(type=EventType.TURN_FINISHED, **said),
    ]
    state = claim.state.model_copy(update={"turn": 1, "artifact": CODE})
    store.finish_turn(claim, state, RunStatus.QUEUED, drafts, agent="code_generator", keep=[CODE])
    store.release(claim)
    return run.session_id


def ids(found: list[Found]) -> list[str]:
    return [each.session.id for each in found]


def hits(found: list[Found]) -> list[Hit]:
    return [hit for each in found for hit in each.hits]


def matches(hit: Hit) -> list[str]:
    return [piece.text for piece in hit.excerpt if piece.match]


@pytest.mark.parametrize(
    ("query", "kind", "path", "line"),
    [
        ("books", HitKind.REQUIREMENTS, "", None),
        ("idempotent", HitKind.MESSAGE, "", None),
        ("settle", HitKind.FILE, "src/ledger.py", 3),
        ("edger.p", HitKind.FILE, "src/ledger.py", None),
        ("concatenation", HitKind.FINDING, "", None),
        ("rates.csv", HitKind.FILE, "rates.csv", None),
        ("zloty", HitKind.FILE, "rates.csv", 1),
        ("IDEMPOTENT entries", HitKind.MESSAGE, "", None),
        ("id", HitKind.MESSAGE, "", None),
    ],
)
def test_everything_in_a_session_is_found(
    store: SqlStore, query: str, kind: HitKind, path: str, line: int | None
) -> None:
    given = {"context": [ContextFile(name="rates.csv", content="zloty,4.2\n")]}
    session = told(store, "Entries are idempotent now.", request=given)
    told(store, "Nothing to see.", "Something else entirely")
    found = [each for each in store.search(query) if each.session.id == session]
    hit = next(hit for hit in hits(found) if hit.kind is kind)
    assert (hit.path, hit.line) == (path, line)
    assert {word.casefold() for word in matches(hit)} <= {query.casefold(), *query.casefold().split()}
    assert matches(hit)


def test_a_hit_says_where_it_is(store: SqlStore) -> None:
    session = told(store, "Entries are idempotent now.")
    (hit,) = hits(store.search("idempotent"))
    event = next(e for e in store.events(session) if e.type is EventType.MESSAGE_COMPLETED)
    assert (hit.seq, hit.turn, hit.agent, hit.run_id) == (event.seq, 1, "code_generator", event.run_id)
    assert "".join(piece.text for piece in hit.excerpt) == "Entries are idempotent now."
    (code,) = hits(store.search("settle"))
    assert store.artifact(code.artifact_hash, session) == CODE


def test_chinese_is_found_by_one_two_and_more_characters(store: SqlStore) -> None:
    session = told(store, "已合并重叠区间并排序。", "请写一个合并重叠区间的函数")
    told(store, "与此无关的回答。")
    for query in ("合并重叠", "区间", "排", "合并 区间"):
        assert ids(store.search(query)) == [session], query


def test_all_words_must_be_there_and_none_is_a_wildcard(store: SqlStore) -> None:
    session = told(store, 'It says 100% of "quoted" a_b, costs 5%.')
    assert ids(store.search('100% "quoted"')) == [session]
    assert ids(store.search("a_b")) == [session]
    for query in ("100% missing", "a%b", "axb", "5_", '""', "   ", "answer OR quoted", "quot*"):
        assert store.search(query) == [], query


def test_a_title_comes_first_and_a_renamed_one_at_once(store: SqlStore) -> None:
    other = told(store, "All about invoices and invoices.")
    session = told(store, "Nothing of the kind.")
    assert ids(store.search("invoices")) == [other]
    store.rename(session, "Invoices of the year")
    found = store.search("invoices")
    assert ids(found) == [session, other]
    assert [each.title for each in found] == [True, False]


def test_what_comes_later_is_found_and_what_is_deleted_is_not(store: SqlStore) -> None:
    session = told(store, "The first answer.")
    assert store.search("second") == []
    run = store.runs(session)[0]
    store.end_run(must_claim(store, run.id), RunStatus.CANCELLED, [])
    store.start_run(RunRequest(requirements="A second wish, if I may"), session_id=session)
    assert ids(store.search("second")) == [session]
    store.delete(session, dead)
    assert store.search("second") == store.search("answer") == []


def test_a_turn_in_progress_is_found_once_it_has_ended(store: SqlStore) -> None:
    run = store.start_run(REQUEST)
    claim = must_claim(store, run.id)
    said = EventDraft(type=EventType.MESSAGE_COMPLETED, agent="code_generator", turn=1, message="halfway")
    store.append(claim, [said])
    assert store.search("halfway") == []
    store.release(claim)
    play_turn(store, run.id)
    assert len(store.search("halfway")) == 1


def test_each_sees_only_what_is_theirs(store: SqlStore) -> None:
    mine, theirs = told(store, "shared word", owner="ann"), told(store, "shared word", owner="bob")
    assert ids(store.search("shared", owners=["ann"])) == [mine]
    assert ids(store.search("books", owners=["bob"])) == [theirs]
    assert store.search("shared", owners=[]) == []
    assert set(ids(store.search("shared"))) == {mine, theirs}


def test_what_is_told_again_is_found_once_and_many_hits_are_counted(store: SqlStore) -> None:
    session = told(store, "An answer.")
    run = store.runs(session)[0]
    store.fork(run.id, 1)
    assert [len(each.hits) for each in store.search("settle")] == [1, 1]
    claim = must_claim(store, run.id)
    drafts = [
        EventDraft(type=EventType.MESSAGE_COMPLETED, agent="code_generator", turn=2, message=f"many {n}")
        for n in range(7)
    ]
    state = claim.state.model_copy(update={"turn": 2})
    store.finish_turn(claim, state, RunStatus.FAILED, drafts, agent="code_generator")
    (found,) = store.search("many")
    assert (len(found.hits), found.more) == (4, 3)


def test_text_that_no_database_takes_is_passed_over(store: SqlStore) -> None:
    session = told(store, "before\0after \x1b[31mred \ud800 end")
    assert ids(store.search("red")) == [session]


def test_a_database_without_an_index_is_indexed_at_its_first_search(url: str) -> None:
    first = open_store(url)
    session = told(first, "An old answer.")
    first.close()
    execute(url, "DROP TABLE IF EXISTS search_trigrams")
    execute(url, "DROP TABLE search_progress")
    execute(url, "DROP TABLE search_entries")
    again = open_store(url)
    assert ids(again.search("old answer")) == [session]
    again.delete(session, alive)
    assert again.search("old answer") == []
    again.close()


def test_the_limit_is_one_of_sessions(store: SqlStore) -> None:
    for number in range(5):
        told(store, f"common word {number}")
    assert len(store.search("common", limit=3)) == 3


def test_others_write_and_search_while_a_long_session_is_indexed(store: SqlStore, other: SqlStore) -> None:
    claim = must_claim(store, store.start_run(REQUEST).id)
    said = {"type": EventType.MESSAGE_COMPLETED, "agent": "code_generator", "turn": 1}
    drafts = [EventDraft(message=f"answer{n} " + "lorem ipsum " * 3000, **said) for n in range(8)]
    state = claim.state.model_copy(update={"turn": 1})
    store.finish_turn(claim, state, RunStatus.FAILED, drafts, agent="code_generator")
    written: list[str] = []

    def meanwhile() -> bool:
        """Between two pieces; another process must not wait, and finds what is there by then."""
        if len(written) < 3:
            written.append(other.start_run(RunRequest(requirements="Something else meanwhile")).session_id)
        return len(written) == 3

    assert not store.index(seconds=0)
    assert not store.index(stop=meanwhile)
    assert len(written) == 3
    assert store.search("answer7 lorem")
    assert set(written) <= set(ids(store.search("meanwhile")))
    assert other.index(seconds=0)


def test_two_that_search_at_once_index_everything_once(store: SqlStore, other: SqlStore) -> None:
    for number in range(12):
        told(store, f"common word {number}")
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda at: at.search("common"), [store, other, store, other]))
    assert store.index()
    assert [len(each.hits) for each in store.search("common")] == [1] * 12
    assert all(len(each.hits) == 1 for each in found[0])
