"""How many may read event streams at a time."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from app.errors import AppError, ErrorKind
from app.web.access import Identity

# A browser opens six connections to a server and no more; the page needs the rest.
PER_BROWSER: Final = 4
_RETRY_AFTER: Final = 2.0


class Readers:
    """Counts streams. Thread-safe.

    most: streams at a time. A browser that opens too many has its oldest ended, which comes back by itself
    where it was: so all of them are served in turn, and connections stay free for the page.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._open: dict[threading.Event, Identity] = {}
        self._closed = False

    @contextmanager
    def reading(self, who: Identity) -> Generator[threading.Event]:
        """Count a stream within the block; it has to end once the event is set.

        Raises AppError(rate_limited) where there are too many.
        """
        ended = threading.Event()
        self._enter(who, ended)
        try:
            yield ended
        finally:
            with self._lock:
                self._open.pop(ended, None)

    def close(self) -> None:
        """End all streams, also those to come."""
        with self._lock:
            self._closed = True
            for ended in self._open:
                ended.set()

    def _enter(self, who: Identity, ended: threading.Event) -> None:
        with self._lock:
            going_on = [e for e in self._open if not e.is_set()]
            own = [e for e in going_on if self._open[e] == who]
            if who.browser and len(own) >= PER_BROWSER:
                own[0].set()
            elif len(going_on) >= self._most:
                raise AppError(
                    ErrorKind.RATE_LIMITED,
                    f"{self._most} streams are open, and no more may be.",
                    "Close one, or raise server.max_streams in app.yaml.",
                    retry_after=_RETRY_AFTER,
                )
            self._open[ended] = who
            if self._closed:
                ended.set()
