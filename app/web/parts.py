"""What the server is made of. `app.bootstrap` provides it; the routes reach it through the Flask app."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from flask import current_app, request

from app.domain.artifacts import SourceFile
from app.domain.decisions import Gate
from app.domain.runs import Run, Session
from app.errors import AppError, ErrorKind
from app.web.access import IDENTITY, Access, Identity

if TYPE_CHECKING:
    from app.models.keys import KeyStore
    from app.models.pulls import Pulls
    from app.models.shelf import Shelf
    from app.models.trial import Trial
    from app.session.exam.desk import Desk
    from app.session.exam.results import Results
    from app.session.exports.diagnostics import Bundle
    from app.session.pool import Pool
    from app.session.ports import Store
    from app.session.service import Service
    from app.settings import Settings, SettingsEditor
    from app.store.model_use import ModelUse
    from app.store.preferences import Preferences
    from app.web.banners import Banners
    from app.web.offers import Offers
    from app.web.readers import Readers
    from app.web.window import Window


class Agents:
    """Whether the agents are imported. state: loading, ready or failed."""

    state: Literal["loading", "ready", "failed"] = "loading"


EXTENSION: Final = "roundtable"
_ID: Final = re.compile(r"[0-9a-f]{1,32}")


@dataclass(frozen=True)
class Parts:
    """settings: those that the server was started with. keys: returns those of the settings as they are now.
    offers: what the providers have. check: the answer of `check` on files, see `app.checks.files`.
    shelf, pulls: the models on this machine and those on their way. use: which models runs use, and how fast
    they were.
    desk, exams: exams of models that go on, and what they found. check_model: raises AppError(config) where a
    provider or script does not exist.
    preferences: what the page keeps. window: the program's own, None for a server.
    diagnose: makes the diagnostics zip, with a session where one is named.
    editor: reads and changes the settings. try_provider: asks a provider for one word.
    """

    settings: Settings
    store: Store
    service: Service
    pool: Pool
    keys: Callable[[], KeyStore]
    offers: Offers
    banners: Banners
    readers: Readers
    access: Access
    agents: Agents
    check: Callable[[Sequence[SourceFile]], dict[str, Any]]
    editor: SettingsEditor
    try_provider: Callable[[str], Trial]
    shelf: Shelf
    pulls: Pulls
    use: ModelUse
    desk: Desk
    exams: Results
    check_model: Callable[[str, str | None], None]
    preferences: Preferences
    window: Window | None
    diagnose: Callable[[str | None], Bundle]


def parts() -> Parts:
    """Those of the application that answers the current request."""
    found: Parts = current_app.extensions[EXTENSION]
    return found


def identity() -> Identity:
    """Who asks; the guard has let nobody else in."""
    known: Identity = request.environ[IDENTITY]
    return known


def must_own(what: str) -> None:
    """Raise AppError(forbidden) where who asks may not change the server's `what`, e.g. its keys."""
    if not parts().access.owns(identity()):
        raise AppError(
            ErrorKind.FORBIDDEN,
            f"Several people share this server, and its {what} belong to the owner of its first token.",
            "Ask them, or change it on the server's machine.",
        )


def session_of(session_id: str, who: Identity | None = None) -> Session:
    """The session, if who asks may see it. Raises AppError(not_found)."""
    if not _ID.fullmatch(session_id):
        raise AppError(
            ErrorKind.NOT_FOUND, f"There is no session {session_id[:40]!r}.", "Look at the list of sessions."
        )
    return parts().store.session(session_id, (who or identity()).sees)


def run_of(session_id: str) -> Run:
    """The newest run of a session that who asks may see. Raises AppError(not_found)."""
    return parts().store.run(session_of(session_id).run_id)


def gate_of(session_id: str, gate_id: str) -> Gate:
    """A gate of a session that who asks may see. Raises AppError(not_found)."""
    session = session_of(session_id)
    gate = parts().store.gate(gate_id)
    if gate.session_id != session.id:
        raise AppError(ErrorKind.NOT_FOUND, f"The session has no gate {gate_id}.", "Reload and look again.")
    return gate
