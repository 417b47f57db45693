"""What rounds took with a model, from the calls that were kept: the ground of every forecast."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, RowMapping, func, select

from app.domain.calls import MeasuredRound
from app.domain.runs import RunStatus, Usage
from app.store.schema import calls, runs

_NEWEST: Final = 500  # calls that are looked at
_WHOLE: Final = (RunStatus.WAITING, RunStatus.APPROVED, RunStatus.REJECTED)


def measured_rounds(conn: Connection, named: tuple[str, str] | None) -> list[MeasuredRound]:
    """Rounds that were told to their end without an interruption, the newest first.

    named: provider and model; None: of all models.
    """
    chars = func.length(runs.c.folded).label("chars")
    query = select(calls, runs.c.language, runs.c.status, chars).join(runs, runs.c.id == calls.c.run_id)
    if named:
        query = query.where(calls.c.provider == named[0], calls.c.model == named[1])
    rows = conn.execute(query.order_by(calls.c.started.desc()).limit(_NEWEST)).mappings().all()
    groups: dict[tuple[str, int], list[RowMapping]] = defaultdict(list)
    # A fork's calls are copies, with the times of the first ones: each was made only once.
    for row in {(row["started"], row["facts"]["agent"]): row for row in rows}.values():
        groups[row["run_id"], row["round"]].append(row)
    last = {run_id: _last_round(conn, run_id) for run_id, _ in groups}
    return [
        _measured(group)
        for (run_id, number), group in groups.items()
        if _whole(group, ended=number < last[run_id] or group[0]["status"] in _WHOLE)
    ]


def newest_model(conn: Connection, provider: str | None) -> tuple[str, str] | None:
    """Provider and model of the newest call, or of the newest to this provider."""
    query = select(calls.c.provider, calls.c.model)
    if provider:
        query = query.where(calls.c.provider == provider)
    row = conn.execute(query.order_by(calls.c.started.desc()).limit(1)).one_or_none()
    return (row.provider, row.model) if row else None


def _last_round(conn: Connection, run_id: str) -> int:
    return conn.execute(select(func.max(calls.c.round)).where(calls.c.run_id == run_id)).scalar_one()


def _whole(group: Sequence[RowMapping], *, ended: bool) -> bool:
    """Whether a round is over and was told in one go: a wait between two claims is nobody's work."""
    failed = any(row["facts"]["finish_reason"] in ("error", "cancelled") for row in group)
    return ended and not failed and len({row["epoch"] for row in group}) == 1


def _measured(group: Sequence[RowMapping]) -> MeasuredRound:
    usages = [Usage.model_validate(row["facts"]["usage"]) for row in group]
    ends: list[datetime] = [
        row["started"] + timedelta(milliseconds=usage.total_ms)
        for row, usage in zip(group, usages, strict=True)
    ]
    first: datetime = min(row["started"] for row in group)
    return MeasuredRound(
        run_id=group[0]["run_id"],
        language=group[0]["language"],
        seconds=(max(ends) - first).total_seconds(),
        tokens=sum(usage.total_tokens for usage in usages),
        written=sum(usage.completion_tokens for usage in usages),
        calls=len(group),
        chars=group[0]["chars"],
    )
