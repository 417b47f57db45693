"""Stands for an application that is still being made; requests wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from app.errors import AppError
from app.web.attempt import failure_of
from app.web.problems import problem_response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Loading:
    """Makes the application in a thread of its own, from `start()` on.

    make: returns it. Its failure is answered to every request, and kept in `error`.
    """

    def __init__(self, make: Callable[[], WSGIApplication]) -> None:
        self._make = make
        self._app: WSGIApplication | None = None
        self._thread = threading.Thread(target=self._load, name="load", daemon=True)
        self.error: AppError | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def join(self) -> None:
        """Wait until the application is there or has failed."""
        self._thread.join()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self._thread.join()
        if self.error is not None:
            return problem_response(self.error, 503)(environ, start_response)
        assert self._app is not None  # noqa: S101 - it is one or the other
        return self._app(environ, start_response)

    def _load(self) -> None:
        def make() -> None:
            self._app = self._make()

        self.error = failure_of(make, "The server could not be started.")
