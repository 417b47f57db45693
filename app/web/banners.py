"""What the user should know for as long as it holds; shown as banners."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Final

from app.errors import AppError

SAFETY_OFF: Final = (
    "safety",
    "Safety checks are switched off (code_safety_enabled), so nothing can be verified.",
    "Switch them on in the settings, or unset CODE_SAFETY_ENABLED where it is set and start again.",
)


@dataclass(frozen=True)
class Banner:
    """kind: safety, config, agents."""

    kind: str
    message: str
    hint: str


class Banners:
    """One warning a kind, in order of their first coming. Thread-safe.

    changed: called, from any thread, when one comes, changes or goes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now: dict[str, Banner] = {}
        self.changed: Callable[[], None] = lambda: None

    def put(self, kind: str, error: AppError | None) -> None:
        """Set the warning of a kind, or clear it."""
        self._set(kind, Banner(kind, error.message, error.hint) if error else None)

    def clear(self, kind: str) -> None:
        """Take the warning of a kind away."""
        self._set(kind, None)

    def say(self, kind: str, message: str, hint: str) -> None:
        """Set the warning of a kind."""
        self._set(kind, Banner(kind, message, hint))

    def now(self) -> list[dict[str, str]]:
        """All of them: kind, message and hint."""
        with self._lock:
            return [asdict(warning) for warning in self._now.values()]

    def _set(self, kind: str, warning: Banner | None) -> None:
        with self._lock:
            if self._now.get(kind) == warning:
                return
            if warning is None:
                self._now.pop(kind, None)
            else:
                self._now[kind] = warning
        self.changed()
