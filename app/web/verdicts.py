"""The verdict of a session's newest run, remembered: a list of sessions asks for many."""

from __future__ import annotations

from functools import lru_cache

from app.domain.runs import RunState, Session
from app.session.ports import Store
from app.web.parts import parts


def verdict_of(session: Session) -> str | None:
    """verified, checked, not_verified; None where nothing was checked yet."""
    return _verdict(parts().store, session.run_id, session.updated.isoformat())


def verdict_in(state: RunState) -> str | None:
    """The verdict on the best version of a run."""
    return state.report.verdict.value if state.report else None


@lru_cache(maxsize=2_000)
def _verdict(store: Store, run_id: str, _updated: str) -> str | None:
    """_updated: part of the key, since a session's verdict changes only with its events."""
    return verdict_in(store.state(run_id))
