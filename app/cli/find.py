"""Sessions as people name them: an id, the beginning of one, or `last`; never words: a command may delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.cli.safe_text import safe_line
from app.domain.runs import Session
from app.errors import AppError, ErrorKind
from app.session.ports import Store

_LOOKED_AT: Final = 10_000
_OFFERED: Final = 3


def find_session(store: Store, name: str) -> Session:
    """Raises AppError: not_found; invalid_request where several ids begin like this."""
    sessions = store.sessions(limit=_LOOKED_AT)
    if name == "last" and sessions:
        return sessions[0]
    if found := [s for s in sessions if name and s.id.startswith(name)]:
        return _only(found, name)
    holding = [each.session for each in store.search(name, limit=_OFFERED)]
    hint = f"These hold the words: {_some(holding)}." if holding else "`runs list` shows all sessions."
    raise AppError(ErrorKind.NOT_FOUND, f"There is no session {name!r}.", hint)


def _only(found: Sequence[Session], name: str) -> Session:
    if len(found) == 1:
        return found[0]
    raise AppError(
        ErrorKind.INVALID_REQUEST,
        f"{len(found)} sessions begin with {name!r}.",
        f"E.g. {_some(found[:_OFFERED])}.",
    )


def _some(found: Sequence[Session]) -> str:
    return ", ".join(f"{s.id} ({safe_line(s.title)[:30]})" for s in found)
