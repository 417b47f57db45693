"""Reading the log in sections: see app/domain/sections.py."""

from __future__ import annotations

from heapq import merge
from operator import attrgetter
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from app.domain.events import Event, EventType
from app.domain.sections import PIECES, SPINE, Section, joined, unfinished
from app.store.event_log import last_seq
from app.store.schema import events

_NOTE_ON_A_RUN: Final = and_(events.c.type == EventType.NOTE, events.c.turn.is_(None))


def read_section(conn: Connection, session_id: str, before: int | None, turns: int) -> Section:
    """The newest turns, at most so many, that began before the event numbered `before`; None: of all.

    Raises AppError(not_found).
    """
    newest = last_seq(conn, session_id)
    last = newest if before is None else min(before - 1, newest)
    first = _beginning(conn, session_id, last, turns)
    own = and_(events.c.session_id == session_id, events.c.seq >= first, events.c.seq <= last)
    told = _read(conn, own, events.c.type.not_in(PIECES))
    said = _read(conn, own, _counting(unfinished(told, last)))
    earlier = and_(events.c.session_id == session_id, events.c.seq < first)
    spine = _read(conn, earlier, or_(events.c.type.in_(SPINE), _NOTE_ON_A_RUN))
    whole = merge(told, said, key=attrgetter("seq"))
    return Section([*spine, *joined(whole)], first, last)


def _beginning(conn: Connection, session_id: str, last: int, turns: int) -> int:
    began = select(events.c.seq).where(
        events.c.session_id == session_id, events.c.seq <= last, events.c.type == EventType.TURN_STARTED
    )
    # One more than asked for: where there is none before the first, the session's beginning belongs to it.
    found = conn.execute(began.order_by(events.c.seq.desc()).limit(turns + 1)).scalars().all()
    return found[turns - 1] if len(found) > turns else 1


def _counting(spans: list[tuple[int, int]]) -> ColumnElement[bool]:
    """Reasoning is nowhere told as a whole, so all of its pieces count."""
    within = [and_(events.c.seq > begun, events.c.seq < ended) for begun, ended in spans]
    said = and_(events.c.type == EventType.MESSAGE_DELTA, or_(*within)) if within else None
    reasoned = events.c.type == EventType.REASONING_DELTA
    return reasoned if said is None else or_(reasoned, said)


def _read(conn: Connection, *where: ColumnElement[bool]) -> list[Event]:
    rows = conn.execute(select(events).where(*where).order_by(events.c.seq)).mappings()
    return [Event.model_validate(row) for row in rows]
