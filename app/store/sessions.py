"""Sessions: their titles, the list with its search, and deletion."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime

from sqlalchemy import Connection, Select, delete, exists, func, insert, or_, select, update

from app.domain.runs import Session
from app.errors import AppError, ErrorKind
from app.store.blobs import blobs_of_session, drop_unneeded
from app.store.event_log import lock_session, no_session
from app.store.runs import holdings, refuse_if_held
from app.store.schema import runs, sessions
from app.store.texts import MAX_TITLE, folded, new_id, one_line


def insert_session(conn: Connection, title: str, owner: str) -> str:
    """A new session's id. title: as by `as_title`."""
    now, session_id = datetime.now(UTC), new_id()
    row = {"id": session_id, "title": title, "folded": folded(title), "owner": owner}
    conn.execute(insert(sessions).values(**row, created=now, updated=now))
    return session_id


def title_and_owner(conn: Connection, session_id: str) -> tuple[str, str]:
    """Title and owner of a session that exists."""
    row = conn.execute(select(sessions.c.title, sessions.c.owner).where(sessions.c.id == session_id)).one()
    return row.title, row.owner


def get_session(conn: Connection, session_id: str, owners: Collection[str] | None = None) -> Session:
    """The session, if it is one of `owners` (None: of anybody). Raises AppError(not_found)."""
    row = conn.execute(visible_sessions(owners).where(sessions.c.id == session_id)).mappings().one_or_none()
    if row is None:
        raise no_session(session_id)
    return Session.model_validate(row)


def list_sessions(conn: Connection, query: str, limit: int, owners: Collection[str] | None) -> list[Session]:
    """Newest change first; those whose title or requirements contain `query`, whatever the case."""
    found = visible_sessions(owners).order_by(sessions.c.updated.desc(), sessions.c.id).limit(limit)
    if wanted := folded(query):
        asked = runs.alias()
        said = asked.c.folded.contains(wanted, autoescape=True)
        in_runs = exists().where(asked.c.session_id == sessions.c.id, said)
        found = found.where(or_(sessions.c.folded.contains(wanted, autoescape=True), in_runs))
    return [Session.model_validate(row) for row in conn.execute(found).mappings()]


def rename(conn: Connection, session_id: str, title: str) -> Session:
    """Raises AppError: not_found; invalid_request where the title is empty or too long."""
    clean = one_line(title)
    if not 1 <= len(clean) <= MAX_TITLE:
        raise AppError(ErrorKind.INVALID_REQUEST, f"title must have 1 to {MAX_TITLE} characters.")
    renamed = update(sessions).where(sessions.c.id == session_id)
    conn.execute(renamed.values(title=clean, folded=folded(clean)))
    return get_session(conn, session_id)


def delete_session(conn: Connection, session_id: str, alive: Callable[[str], bool]) -> None:
    """Everything the session holds, and the blobs that nothing else needs. Raises AppError(conflict)."""
    if not lock_session(conn, session_id):
        raise no_session(session_id)
    for holding in holdings(conn, session_id):
        refuse_if_held(holding, alive)
    hashes = blobs_of_session(conn, session_id)
    conn.execute(delete(sessions).where(sessions.c.id == session_id))
    drop_unneeded(conn, hashes)


def visible_sessions(owners: Collection[str] | None) -> Select[*tuple[object, ...]]:
    """Sessions of these owners, each with its newest run."""
    other = runs.alias()
    newest = select(func.max(other.c.number)).where(other.c.session_id == sessions.c.id).scalar_subquery()
    query = select(
        sessions.c.id,
        sessions.c.title,
        sessions.c.owner,
        sessions.c.created,
        sessions.c.updated,
        runs.c.language,
        runs.c.status,
        runs.c.id.label("run_id"),
    ).join(runs, runs.c.session_id == sessions.c.id)
    query = query.where(runs.c.number == newest)
    return query if owners is None else query.where(sessions.c.owner.in_(owners))
