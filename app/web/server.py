"""The server: everything from the socket to the page, started at once and filled while it runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from typing_extensions import override
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from app.errors import AppError, ErrorKind
from app.settings import PROGRAM_DIR, ServerSettings
from app.web.access import Access
from app.web.guard import Guard, Hosts, is_loopback
from app.web.loading import Loading
from app.web.page import Page

if TYPE_CHECKING:
    from app.web.site import Site

log = logging.getLogger(__name__)

UI_DIR: Final = PROGRAM_DIR / "ui"
_POLL_SECONDS: Final = 0.1  # how often it looks whether it has to end
_LEAST_TOKEN: Final = 16  # characters of a token that keeps others out
_LEAST_DIFFERENT: Final = 6  # of these; random ones have more
_ANYWHERE: Final = ("0.0.0.0", "::", "")  # noqa: S104 - named, not bound to


class Handler(WSGIRequestHandler):
    """Says nothing on the terminal, and logs no addresses with what is in them."""

    @override
    def log(self, type: str, message: str, *args: object) -> None:
        log.debug(message, *args)

    @override
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        log.debug("%s %s %s", self.command, self.path.partition("?")[0], code)


class Server:
    """A listening server; the page can be opened as soon as it exists.

    make: makes the site behind it, in a thread; until then `site` is None. choices: returns those of a
    person's page, see `app.store.preferences`. alone: it is one person's app, not a server for others.
    Raises AppError(config) where the address cannot be had, or must not without a token of the user's.
    """

    def __init__(
        self,
        settings: ServerSettings,
        make: Callable[[Access], Site],
        choices: Callable[[str], Mapping[str, str]],
        *,
        alone: bool,
        ui: Path = UI_DIR,
    ) -> None:
        _check_address(settings)
        self.site: Site | None = None
        self._make = make
        self._loading = Loading(self._load)
        self._http = _listen(settings.host, settings.port)
        self.host, self.port = settings.host, self._http.server_port
        self.access = Access.of(settings, self.port, alone=alone)
        hosts = Hosts.of(settings.host, self.port, settings.allowed_hosts)
        page = Page(self._loading, ui, lambda who: choices(self.access.keeps_as(who)))
        self._http.app = Guard(page, hosts, self.access, settings.allowed_origins)
        serve = partial(self._http.serve_forever, _POLL_SECONDS)
        self._thread = threading.Thread(target=serve, name="http", daemon=True)

    @property
    def link(self) -> str:
        """Opens the page and lets it in. The fragment is never sent to any server.

        Without the token where others reach the server: what is printed there ends in a log.
        """
        name = "127.0.0.1" if self.host in _ANYWHERE else self.host
        name = f"[{name}]" if ":" in name else name
        token = self.access.token if is_loopback(self.host) else "YOUR-TOKEN"
        return f"http://{name}:{self.port}/#token={token}"

    @property
    def page_link(self) -> str:
        """Opens the page in a browser of this machine. What lets it in holds once, and not for long."""
        return f"http://{self.host}:{self.port}/#token={self.access.code()}"

    @property
    def window_link(self) -> str:
        """Opens the page in the program's own window, in the same way."""
        return f"http://{self.host}:{self.port}/#token={self.access.code(window=True)}"

    @property
    def loaded(self) -> bool:
        """Whether everything but the agents is there."""
        return self.site is not None

    @property
    def error(self) -> AppError | None:
        """Why it could not be loaded, as soon as that is known."""
        return self._loading.error

    def start(self) -> None:
        """Serve the page, and load the rest meanwhile."""
        self._thread.start()
        self._loading.start()

    def wait_loaded(self) -> None:
        """Until everything but the agents is there. Raises AppError where it could not be made."""
        self._loading.join()
        if self._loading.error is not None:
            raise self._loading.error

    def close(self) -> None:
        """Answer nobody any more, stop all runs, which can go on later, and free the port."""
        self._loading.join()
        if self.site is not None:
            self.site.close()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def _load(self) -> Site:
        self.site = self._make(self.access)
        return self.site


def _check_address(settings: ServerSettings) -> None:
    if is_loopback(settings.host):
        return
    for token in settings.tokens or ("",):
        if lack := _lack(token):
            raise AppError(
                ErrorKind.CONFIG,
                f"server.host {settings.host} lets other machines in, and {lack}.",
                f"Set ROUNDTABLE_TOKEN to {_LEAST_TOKEN} or more random characters, or ROUNDTABLE_TOKEN_FILE "
                "to a file that holds them; or use --host 127.0.0.1.",
            )


def _lack(token: str) -> str:
    """Why a token does not keep others out; empty where it does."""
    if not token:
        return "there is no token to keep them out"
    if len(token) < _LEAST_TOKEN:
        return f"a token of {len(token)} characters can be guessed; {_LEAST_TOKEN} is the least"
    if len(set(token)) < _LEAST_DIFFERENT:
        return f"a token with fewer than {_LEAST_DIFFERENT} different characters can be guessed"
    return ""


def _listen(host: str, port: int) -> BaseWSGIServer:
    """With an application that answers nothing: the real one has to know the port."""
    try:
        return make_server(host, port, lambda _environ, _start: [], threaded=True, request_handler=Handler)
    except (OSError, SystemExit) as error:  # Werkzeug ends the program where the port is taken
        raise AppError(
            ErrorKind.CONFIG,
            f"server.port: {host}:{port} cannot be listened at"
            f"{f': {error.strerror}' if isinstance(error, OSError) else ', because it is in use'}.",
            "Choose another one with --port; 0 takes any that is free.",
        ) from error
