"""Which models the runs use, and how fast they were: read from the log, never guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from app.domain.events import EventType
from app.domain.runs import RunStatus
from app.store.database import Database
from app.store.schema import events, runs, sessions

_SESSIONS: Final = 40  # the newest ones are looked at
_CALLS: Final = 20  # the newest ones of a model count
_LEAST_TOKENS: Final = 8  # shorter answers say nothing about the speed
_AT_WORK: Final = (RunStatus.QUEUED, RunStatus.RUNNING)

ModelName = tuple[str, str]
"""Provider and model."""


@dataclass(frozen=True)
class Speed:
    """tokens_per_second: while answering, after the first token, over the last `calls` calls."""

    tokens_per_second: float
    calls: int


class ModelUse:
    """Answers from the database; each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def speeds(self) -> dict[ModelName, Speed]:
        """Measured speed of each model that was used in one of the newest sessions."""
        with self._db.read() as conn:
            calls = _calls(conn)
        by_model: dict[ModelName, list[dict[str, Any]]] = {}
        for call in calls:
            by_model.setdefault((call.get("provider", ""), call.get("model", "")), []).append(call)
        found = {name: speed_of(own) for name, own in by_model.items()}
        return {name: speed for name, speed in found.items() if speed}

    def at_work(self) -> dict[ModelName, str]:
        """Models that runs are using now, each with the title of a session."""
        with self._db.read() as conn:
            query = select(runs.c.id, runs.c.session_id, sessions.c.title).join(
                sessions, sessions.c.id == runs.c.session_id
            )
            active = conn.execute(query.where(runs.c.status.in_(_AT_WORK))).all()
            found = [(_newest_model(conn, session, run), str(title)) for run, session, title in active]
        return {model: title for model, title in found if model}


def speed_of(calls: Iterable[dict[str, Any]]) -> Speed | None:
    """Over the newest calls that say something; they come newest first."""
    spans = [span for span in map(_span, calls) if span][:_CALLS]
    seconds = sum(own for _, own in spans)
    if seconds <= 0:
        return None
    return Speed(sum(tokens for tokens, _ in spans) / seconds, len(spans))


def _span(call: dict[str, Any]) -> tuple[int, float] | None:
    """Tokens after the first, and the seconds they took."""
    tokens, first, total = call.get("completion_tokens"), call.get("first_token_ms"), call.get("total_ms")
    if not tokens or tokens < _LEAST_TOKENS or first is None or not total or total <= first:
        return None
    return tokens - 1, (total - first) / 1000


def _calls(conn: Connection) -> list[dict[str, Any]]:
    """Usage of the newest sessions' calls, newest first."""
    newest = select(sessions.c.id).order_by(sessions.c.updated.desc()).limit(_SESSIONS)
    ids = list(conn.execute(newest).scalars())
    query = select(events.c.data).where(events.c.session_id.in_(ids))
    query = query.where(events.c.type == EventType.USAGE_RECORDED).order_by(events.c.ts.desc())
    return list(conn.execute(query).scalars())


def _newest_model(conn: Connection, session_id: str, run_id: str) -> ModelName | None:
    """What the run's newest turn of a model uses."""
    query = select(events.c.data).where(
        events.c.session_id == session_id,
        events.c.run_id == run_id,
        events.c.type == EventType.TURN_STARTED,
    )
    for data in conn.execute(query.order_by(events.c.seq.desc())).scalars():
        if data.get("model"):
            return str(data["provider"]), str(data["model"])
    return None
