"""Joins the pieces of a streamed answer before they go through the agents.

Each piece costs several milliseconds on its way through AutoGen, the store and the readers. A local
engine uses all cores, so that time is taken from the model: passing every token on by itself made the
built-in model a fifth slower (docs/benchmarks.md). The first piece is never held back.
"""

from __future__ import annotations

import time
from typing import Final

JOIN_SECONDS: Final = 0.2


class Joiner:
    """Holds pieces back for at most JOIN_SECONDS while more keep coming."""

    def __init__(self) -> None:
        self._held: list[str] = []
        self._passed_on = float("-inf")

    def take(self, piece: str) -> str:
        """The text to pass on now, empty while it is held back."""
        self._held.append(piece)
        return self.rest() if time.monotonic() - self._passed_on >= JOIN_SECONDS else ""

    def rest(self) -> str:
        """All that is held back."""
        text = "".join(self._held)
        self._held.clear()
        self._passed_on = time.monotonic()
        return text
