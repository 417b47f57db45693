"""The application with what runs behind it, from its making to its end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from app.web.attempt import failure_of
from app.web.create import create_app
from app.web.parts import Parts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Site:
    """The API over its parts.

    app: the Flask application. load: imports the agents, in a thread; after it the runs go on that an
    earlier life of the program left.
    """

    def __init__(self, parts: Parts, load: Callable[[], object]) -> None:
        self._parts = parts
        self._load = load
        self.app = create_app(parts)
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._get_ready, name="agents", daemon=True)
        self._thread.start()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.app(environ, start_response)

    def tell(self, name: str, data: object) -> None:
        """To all pages that are open."""
        self.app.extensions["sockets"].tell(name, data)

    def close(self) -> None:
        """End all streams and stop all downloads and runs; these can go on later."""
        self._closed.set()
        self._parts.readers.close()
        self.app.extensions["sockets"].close()
        self._thread.join()
        self._parts.pulls.close()
        self._parts.desk.close()
        self._parts.pool.close()

    def _get_ready(self) -> None:
        if failure := failure_of(self._go_on, "The agents could not be loaded."):
            self._parts.agents.state = "failed"
            self._parts.banners.put("agents", failure)
        self.tell("changed", {})
        # Last: what a large database of an older program holds takes a while.
        self._parts.store.index(stop=self._closed.is_set)

    def _go_on(self) -> None:
        self._load()
        self._parts.agents.state = "ready"
        if not self._closed.is_set():
            self._parts.pool.pick_up()
