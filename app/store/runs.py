"""Rows of runs: reading, locking, changing, and who holds one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, update

from app.domain.claims import Claim
from app.domain.runs import Run, RunStatus
from app.errors import AppError, ErrorKind
from app.store.event_log import lock_session
from app.store.schema import runs

FREE: Final[dict[str, None]] = {"owner": None, "lease_until": None}


@dataclass(frozen=True)
class Holding:
    """A run with its owner and the end of the owner's lease, both None where nobody holds it."""

    run: Run
    owner: str | None
    lease_until: datetime | None

    def held(self, alive: Callable[[str], bool]) -> bool:
        """Whether its owner is still at work. The lease is compared with this machine's clock."""
        if self.owner is None or self.lease_until is None:
            return False
        return self.lease_until > datetime.now(UTC) and alive(self.owner)


def insert_run(conn: Connection, run: Run, folded: str) -> None:
    """folded: the requirements as searched for."""
    row = {**dict(run), "request": run.request.model_dump(mode="json")}
    conn.execute(insert(runs).values(**row, language=run.request.language, folded=folded))


def find_run(conn: Connection, run_id: str) -> Holding:
    """Raises AppError(not_found)."""
    row = conn.execute(select(runs).where(runs.c.id == run_id)).mappings().one_or_none()
    if row is None:
        raise AppError(ErrorKind.NOT_FOUND, f"There is no run {run_id}.", "Look at the session's runs.")
    return _holding(dict(row))


def lock_run(conn: Connection, run_id: str) -> Holding:
    """The run, as nobody can change it until the transaction ends. Raises AppError(not_found)."""
    lock_session(conn, find_run(conn, run_id).run.session_id)
    return find_run(conn, run_id)


def lock_claim(conn: Connection, claim: Claim) -> None:
    """Make sure that the claim still holds, and does until the transaction ends. Raises AppError(fenced)."""
    lock_session(conn, claim.run.session_id)
    if conn.execute(select(runs.c.id).where(*owned_by(claim))).first() is None:
        raise fenced(claim)


def owned_by(claim: Claim) -> tuple[Any, ...]:
    """Conditions on the run's row that are true as long as the claim holds."""
    return runs.c.id == claim.run.id, runs.c.epoch == claim.run.epoch, runs.c.owner == claim.owner


def fenced(claim: Claim) -> AppError:
    """The error for a claim that no longer holds."""
    return AppError(ErrorKind.FENCED, f"Run {claim.run.id} was taken over by another process.")


def change_run(conn: Connection, run_id: str, **values: Any) -> None:
    """Set columns of the run; the caller holds the session's lock."""
    conn.execute(update(runs).where(runs.c.id == run_id).values(**values))


def holdings(conn: Connection, session_id: str) -> list[Holding]:
    """All runs of the session, in order. Empty for an unknown session."""
    query = select(runs).where(runs.c.session_id == session_id).order_by(runs.c.number)
    return [_holding(dict(row)) for row in conn.execute(query).mappings()]


def unfinished(conn: Connection) -> list[Holding]:
    """All runs that are queued or being worked on, oldest first."""
    query = select(runs).where(runs.c.status.in_([RunStatus.QUEUED, RunStatus.RUNNING]))
    return [_holding(dict(row)) for row in conn.execute(query.order_by(runs.c.created, runs.c.id)).mappings()]


def refuse_if_held(holding: Holding, alive: Callable[[str], bool]) -> None:
    """Raises AppError(conflict) where the run's owner is still at work."""
    if holding.held(alive):
        raise AppError(
            ErrorKind.CONFLICT, f"Run {holding.run.number} is being worked on.", "Cancel it first, or wait."
        )


def refuse_if_followed(conn: Connection, run: Run) -> None:
    """Raises AppError(conflict) where the session has a newer run: only its newest may go on."""
    newest = select(func.max(runs.c.number)).where(runs.c.session_id == run.session_id)
    if conn.execute(newest).scalar_one() != run.number:
        raise AppError(
            ErrorKind.CONFLICT, f"Run {run.number} was followed by another run.", "Fork it instead."
        )


def _holding(row: dict[str, Any]) -> Holding:
    return Holding(Run.model_validate(row), row["owner"], row["lease_until"])
