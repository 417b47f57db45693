"""What the providers have, as last seen: asking them takes time, and no route waits for that."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from app.errors import AppError

if TYPE_CHECKING:
    from app.models.catalogue import ProviderStatus
    from app.models.providers import Providers
    from app.settings import ProviderConfig

log = logging.getLogger(__name__)

FRESH_SECONDS: Final = 5.0
_WAIT_SECONDS: Final = 5.0


class Offers:
    """Asks all providers in a thread, at most one at a time. Thread-safe.

    providers: returns them; called in the thread, since their import takes a second. configs: what
    models.yaml says of each.
    """

    def __init__(
        self, providers: Callable[[], Providers], configs: Callable[[], Mapping[str, ProviderConfig]]
    ) -> None:
        self.configs = configs
        self._providers = providers
        self._lock = threading.Lock()
        self._asking: threading.Thread | None = None
        self._seen: list[ProviderStatus] = []
        self._when = float("-inf")

    def seen(self) -> list[ProviderStatus]:
        """As last seen, empty before the first time; asks again behind the scenes where that is long ago."""
        if time.monotonic() - self._when > FRESH_SECONDS:
            self._ask()
        return self._seen

    def fresh(self) -> list[ProviderStatus]:
        """As they are now, or as last seen where they take longer than some seconds to answer."""
        self._ask().join(_WAIT_SECONDS)
        return self._seen

    def _ask(self) -> threading.Thread:
        with self._lock:
            if self._asking is None or not self._asking.is_alive():
                self._asking = threading.Thread(target=self._look, name="providers", daemon=True)
                self._asking.start()
            return self._asking

    def _look(self) -> None:
        try:
            self._seen = asyncio.run(self._providers().status())
            self._when = time.monotonic()
        except AppError as error:
            log.warning("the providers could not be asked: %s", error)
