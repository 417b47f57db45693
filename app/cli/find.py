"""Sessions as people name them: an id, the beginning of one, or `last`."""

from __future__ import annotations

from typing import Final

from app.cli.safe_text import safe_line
from app.domain.runs import Session
from app.errors import AppError, ErrorKind
from app.session.ports import Store

_LOOKED_AT: Final = 10_000


def find_session(store: Store, name: str) -> Session:
    """Raises AppError: not_found; invalid_request where several ids begin like this."""
    sessions = store.sessions(limit=_LOOKED_AT)
    if name == "last" and sessions:
        return sessions[0]
    found = [s for s in sessions if name and s.id.startswith(name)]
    if len(found) == 1:
        return found[0]
    if found:
        some = ", ".join(f"{s.id} ({safe_line(s.title)[:30]})" for s in found[:3])
        raise AppError(
            ErrorKind.INVALID_REQUEST, f"{len(found)} sessions begin with {name!r}.", f"E.g. {some}."
        )
    raise AppError(ErrorKind.NOT_FOUND, f"There is no session {name!r}.", "`runs list` shows all sessions.")
