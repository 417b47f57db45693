"""The event log: numbered per session without gaps, under the session's row lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select, update

from app.domain.events import Event, EventDraft
from app.domain.runs import Run
from app.errors import AppError, ErrorKind
from app.store.schema import events, sessions

CHANNEL = "roundtable_events"
# Execution option of every connection: a function that takes known keys out of a JSON value.
CLEAN = "without_keys"


def lock_session(conn: Connection, session_id: str) -> bool:
    """Let no other transaction write to the session until this one ends; False where there is none.

    Taken before any other row, so that writers never wait for each other in a ring. SQLite has locked
    the whole database already.
    """
    query = select(sessions.c.id).where(sessions.c.id == session_id).with_for_update()
    return conn.execute(query).first() is not None


def write_events(conn: Connection, run: Run, drafts: Sequence[EventDraft]) -> list[Event]:
    """Number the drafts and insert them under the run's epoch. The caller holds the session's lock.

    No known key is in what is written, wherever it came from.
    """
    now = datetime.now(UTC)
    own = {"epoch": run.epoch, "session_id": run.session_id, "run_id": run.id, "ts": now}
    first = _take_numbers(conn, run.session_id, len(drafts), now)
    clean = conn.get_execution_options()[CLEAN]
    numbered = [
        Event.model_validate(
            {
                **dict(draft),
                **own,
                "message": clean(draft.message),
                "data": clean(draft.data),
                "seq": seq,
            }
        )
        for seq, draft in enumerate(drafts, first)
    ]
    _insert(conn, numbered)
    return numbered


def insert_copies(conn: Connection, session_id: str, copies: Sequence[Event]) -> None:
    """Insert the first events of a new session, numbered from 1, with the times and epochs they have."""
    _take_numbers(conn, session_id, len(copies), datetime.now(UTC))
    _insert(conn, copies)


def read_events(
    conn: Connection, session_id: str, *, after: int = 0, upto: int | None = None, limit: int | None = None
) -> list[Event]:
    """Events with after < seq <= upto, in order, at most `limit`."""
    query = select(events).where(events.c.session_id == session_id, events.c.seq > after)
    if upto is not None:
        query = query.where(events.c.seq <= upto)
    rows = conn.execute(query.order_by(events.c.seq).limit(limit)).mappings()
    return [Event.model_validate(row) for row in rows]


def last_seq(conn: Connection, session_id: str) -> int:
    """Number of the session's newest event. Raises AppError(not_found)."""
    seq = conn.execute(select(sessions.c.last_seq).where(sessions.c.id == session_id)).scalar_one_or_none()
    if seq is None:
        raise no_session(session_id)
    return seq


def no_session(session_id: str) -> AppError:
    """The error for an unknown session."""
    return AppError(
        ErrorKind.NOT_FOUND, f"There is no session {session_id}.", "Look at the list of sessions."
    )


def _insert(conn: Connection, numbered: Sequence[Event]) -> None:
    """Insert events and, on PostgreSQL, tell listening processes once the transaction commits."""
    if not numbered:
        return
    conn.execute(insert(events), [dict(event) for event in numbered])
    if conn.dialect.name == "postgresql":
        last = numbered[-1]
        conn.execute(select(func.pg_notify(CHANNEL, f"{last.session_id} {last.seq}")))


def _take_numbers(conn: Connection, session_id: str, count: int, now: datetime) -> int:
    """Raise the session's counter; the first of the `count` numbers taken."""
    raised = update(sessions).where(sessions.c.id == session_id)
    raised = raised.values(last_seq=sessions.c.last_seq + count, updated=now)
    last: int = conn.execute(raised.returning(sessions.c.last_seq)).scalar_one()
    return last - count + 1
