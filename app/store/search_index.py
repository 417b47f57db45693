"""The index of what sessions hold. It is made of their events, so it can always be made anew.

It is brought up to date behind the start and when somebody searches, in pieces: writing a run costs nothing
more, and nobody waits long for a database of an older program. SQLite finds substrings by trigrams (FTS5),
which works for Chinese as well; where there is no such index, the rows themselves are searched.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    case,
    func,
    insert,
    select,
    text,
    update,
)

from app.domain.artifacts import sha256_hex
from app.domain.events import Event, EventType
from app.domain.runs import RunStatus
from app.domain.search import HitKind
from app.errors import AppError, ErrorKind
from app.store.blobs import get_blob
from app.store.event_log import lock_session
from app.store.schema import HASH, ID, WORD, blob_uses, events, runs, sessions, turns

_TRIGRAMS_SINCE: Final = (3, 34, 0)
_MOST_EVIDENCE: Final = 4_000
# Of one transaction: no other writer gets in meanwhile, and SQLite takes up to 1 s for 1 MB of trigrams.
PIECE: Final = 64_000  # characters, after which it takes in nothing further
_MOST_ROWS: Final = 500
_READ: Final = 50  # events at a time
# PostgreSQL refuses NUL, drivers lone surrogates; none of these is ever looked for.
_UNSTORABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_INDEXED: Final = (
    EventType.RUN_CREATED,
    EventType.MESSAGE_COMPLETED,
    EventType.CHECK_COMPLETED,
    EventType.ARTIFACT_PROPOSED,
    EventType.ARTIFACT_REJECTED,
)

_derived = MetaData()
_sessions = sessions.to_metadata(_derived)

# mark: hash of what is said where, so that what is told again is found once.
entries = Table(
    "search_entries",
    _derived,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("session_id", ID, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("run_id", ID, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("turn", Integer),
    Column("seq", Integer, nullable=False),
    Column("agent", WORD, nullable=False),
    Column("path", Text, nullable=False),
    Column("artifact_hash", String(64), nullable=False),
    Column("mark", HASH, nullable=False),
    Column("text", Text, nullable=False),
    Index("search_entries_by_session", "session_id"),
)
# seq: number of the last event that was looked at.
progress = Table(
    "search_progress",
    _derived,
    Column("session_id", ID, ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, nullable=False),
)
TRIGRAMS: Final = "search_trigrams"
_TRIGRAM_SQL: Final = (
    """CREATE VIRTUAL TABLE search_trigrams
    USING fts5(text, content='search_entries', content_rowid='id', tokenize='trigram')""",
    """CREATE TRIGGER search_added AFTER INSERT ON search_entries BEGIN
    INSERT INTO search_trigrams(rowid, text) VALUES (new.id, new.text); END""",
    """CREATE TRIGGER search_removed AFTER DELETE ON search_entries BEGIN
    INSERT INTO search_trigrams(search_trigrams, rowid, text) VALUES ('delete', old.id, old.text); END""",
)


@dataclass(frozen=True)
class _Entry:
    """One thing that can be found. path, artifact_hash: empty but for files."""

    kind: HitKind
    text: str
    path: str = ""
    artifact_hash: str = ""

    @property
    def mark(self) -> str:
        return sha256_hex(f"{self.kind}\0{self.path}\0{self.text}".encode(errors="surrogatepass"))


def has_trigrams(conn: Connection) -> bool:
    """Whether this database finds substrings by trigrams."""
    return conn.dialect.name == "sqlite" and sqlite3.sqlite_version_info >= _TRIGRAMS_SINCE


def prepare_search(conn: Connection) -> None:
    """Make the tables where they are missing, within the caller's write transaction."""
    if conn.dialect.has_table(conn, entries.name):
        return
    _derived.create_all(conn)
    if has_trigrams(conn):
        for statement in _TRIGRAM_SQL:
            conn.execute(text(statement))


def outdated(conn: Connection, limit: int) -> list[str]:
    """Ids of sessions with something new to index, the newest first."""
    query = _waiting().order_by(sessions.c.updated.desc()).limit(limit)
    return [row.id for row in conn.execute(query)]


def index_piece(conn: Connection, session_id: str) -> None:
    """Take in what is new in a session, as far as one transaction may go: then it is still outdated."""
    if not lock_session(conn, session_id):
        return  # deleted meanwhile
    waiting = conn.execute(_waiting().where(sessions.c.id == session_id)).first()
    if waiting is None:
        return  # another search was faster
    rows: list[dict[str, Any]] = []
    size = 0
    for row in _rows(conn, session_id, waiting.seen, waiting.upto):
        if size >= PIECE or len(rows) >= _MOST_ROWS:
            done = row["seq"] - 1  # an event of several rows is looked at again for those that are missing
            break
        rows.append(row)
        size += len(row["text"])
    else:
        done = waiting.upto
    if rows:
        conn.execute(insert(entries), rows)
    moved = update(progress).where(progress.c.session_id == session_id).values(seq=done)
    if not conn.execute(moved).rowcount:
        conn.execute(insert(progress).values(session_id=session_id, seq=done))


def _waiting() -> Select[str, int, int]:
    """Sessions with something new: id, number of the last event seen and of the last to look at.

    While a run is worked on, its turn in progress is not looked at: its files are not kept yet.
    """
    last_turn = (
        select(func.max(turns.c.seq)).join(runs, runs.c.id == turns.c.run_id)
        .where(runs.c.session_id == sessions.c.id).scalar_subquery()
    )  # fmt: skip
    working = (
        select(runs.c.id)
        .where(runs.c.session_id == sessions.c.id)
        .where(runs.c.status.in_([RunStatus.QUEUED, RunStatus.RUNNING]))
        .exists()
    )
    upto = case((working, last_turn), else_=sessions.c.last_seq)
    seen = func.coalesce(progress.c.seq, 0)
    query = select(sessions.c.id, seen.label("seen"), upto.label("upto"))
    return query.outerjoin(progress, progress.c.session_id == sessions.c.id).where(seen < upto)


def _rows(conn: Connection, session_id: str, after: int, upto: int) -> Iterator[dict[str, Any]]:
    """What is told with after < seq <= upto and was not told before, in order."""
    known = set(conn.execute(select(entries.c.mark).where(entries.c.session_id == session_id)).scalars())
    kept = _kept_blobs(conn, session_id)
    for event in _told(conn, session_id, after, upto):
        for entry in _entries_of(conn, event, kept):
            if entry.mark in known or not entry.text.strip():
                continue
            known.add(entry.mark)
            yield {
                "session_id": event.session_id, "run_id": event.run_id, "kind": entry.kind,
                "turn": event.turn, "seq": event.seq, "agent": event.agent, "path": _storable(entry.path),
                "artifact_hash": entry.artifact_hash, "mark": entry.mark, "text": _storable(entry.text),
            }  # fmt: skip


def _told(conn: Connection, session_id: str, after: int, upto: int) -> Iterator[Event]:
    """Only as many events are read as are looked at."""
    query = select(events).where(events.c.session_id == session_id, events.c.seq <= upto)
    query = query.where(events.c.type.in_(_INDEXED)).order_by(events.c.seq).limit(_READ)
    while rows := conn.execute(query.where(events.c.seq > after)).mappings().all():
        yield from (Event.model_validate(row) for row in rows)
        after = rows[-1]["seq"]


def _entries_of(conn: Connection, event: Event, kept: set[str]) -> Iterator[_Entry]:
    match event.type:
        case EventType.RUN_CREATED:
            yield from _of_request(event.data)
        case EventType.MESSAGE_COMPLETED:
            spoken = HitKind.FEEDBACK if event.agent == "user_proxy" else HitKind.MESSAGE
            yield _Entry(spoken, event.message)
        case EventType.CHECK_COMPLETED:
            yield from _of_check(event.data.get("result", {}))
        case _:
            yield from _of_version(conn, event.data, kept)


def _of_request(data: Mapping[str, Any]) -> Iterator[_Entry]:
    asked = [data.get("requirements", ""), *data.get("examples", ())]
    yield _Entry(HitKind.REQUIREMENTS, "\n".join(asked))
    for file in (*data.get("context", ()), *data.get("tests", ())):
        yield _file(file["name"], file["content"])


def _of_check(result: Mapping[str, Any]) -> Iterator[_Entry]:
    for found in result.get("findings", ()):
        place = f"{found['path']}:{found['line']}" if found.get("line") else found["path"]
        yield _Entry(HitKind.FINDING, f"{place} {found['text']} ({found['rule']})")
    if result.get("status") == "fail" and (evidence := result.get("evidence")):
        yield _Entry(HitKind.FINDING, f"{result['name']}: {evidence[:_MOST_EVIDENCE]}")


def _of_version(conn: Connection, data: Mapping[str, Any], kept: set[str]) -> Iterator[_Entry]:
    for file in data.get("files", ()):
        if file["sha256"] in kept:  # the files of an attempt that was dropped are not
            yield _file(file["path"], _content(conn, file["sha256"]), data["artifact_hash"])


def _file(path: str, content: str, artifact_hash: str = "") -> _Entry:
    """The name is the first line of what is searched."""
    return _Entry(HitKind.FILE, f"{path}\n{content}", path, artifact_hash)


def _content(conn: Connection, sha256: str) -> str:
    """Empty where it is damaged: that must not keep everything else from being found."""
    try:
        return get_blob(conn, sha256).decode()
    except AppError as error:
        if error.kind is not ErrorKind.INTERNAL:
            raise
        return ""


def _kept_blobs(conn: Connection, session_id: str) -> set[str]:
    query = select(blob_uses.c.sha256).join(runs, runs.c.id == blob_uses.c.run_id)
    return set(conn.execute(query.where(runs.c.session_id == session_id)).scalars())


def _storable(given: str) -> str:
    return _UNSTORABLE.sub(" ", given)
