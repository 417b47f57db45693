"""An engine that is made when it is first needed: the agents take a second to import."""

from __future__ import annotations

import threading
from collections.abc import Callable

from app.domain.runs import RunStatus
from app.session.ports import Runner


class LaterEngine:
    """Does what the engine that `make` returns does; see `app.session.engine.Engine`. Thread-safe."""

    def __init__(self, make: Callable[[], Runner]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._engine: Runner | None = None

    def load(self) -> Runner:
        """The engine, made now if it was not yet."""
        with self._lock:
            if self._engine is None:
                self._engine = self._make()
            return self._engine

    def advance(self, run_id: str, claimed: Callable[[], None]) -> RunStatus:
        """See `Engine.advance`."""
        return self.load().advance(run_id, claimed)

    def interrupt(self) -> None:
        """See `Engine.interrupt`; nothing where no run was ever worked on."""
        if self._engine is not None:
            self._engine.interrupt()
