"""The app on a desk, from its start to its end."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from app.desktop.browser import LAUNCH_FILE, open_page
from app.desktop.instance import First, Instance
from app.desktop.notices import system_notices
from app.desktop.qt import QtToolkit
from app.desktop.toolkit import SystemToolkit
from app.desktop.window import Window
from app.errors import AppError

_LOOK_SECONDS: Final = 0.2
_END_SECONDS: Final = 30.0  # after which what hangs in a web view's thread is left behind


class Server(Protocol):
    """The local server, listening. link: opens its page and lets it in. window_link: does so once, in the
    window. loaded, error: whether all of it is there, and why it cannot be.
    """

    @property
    def link(self) -> str: ...
    @property
    def window_link(self) -> str: ...
    @property
    def loaded(self) -> bool: ...
    @property
    def error(self) -> AppError | None: ...
    def start(self) -> None: ...
    def wait_loaded(self) -> None: ...
    def close(self) -> None: ...


def window_here(folder: Path, choices: Callable[[], dict[str, str]]) -> Window:
    """The window that this system can show; see `Window`."""
    toolkit = QtToolkit() if sys.platform.startswith("linux") else SystemToolkit()
    return Window(folder, toolkit, system_notices(), choices)


class DesktopApp:
    """One person's app: in a window of its own, in the browser, or where it is already.

    folder: the data folder. server: makes the server. say: tells the user something on the terminal.
    ending: whether the user has asked to end it there.
    """

    def __init__(
        self,
        folder: Path,
        window: Window,
        server: Callable[[], Server],
        say: Callable[[str], None],
        ending: Callable[[], bool],
    ) -> None:
        self._window = window
        self._make_server = server
        self._say = say
        self._ending = ending
        self._instance = Instance(folder)
        self._launch_file = folder / LAUNCH_FILE

    def run(self, *, browser: bool) -> None:
        """Until the window is closed, or the user asks for the end. browser: no window is wanted.

        Raises AppError where the server cannot be made.
        """
        if (found := self._instance.claim()) is not None:
            first, raised = found
            return self._join(first, raised=raised and not browser)
        try:
            if not browser:
                self._window.look()  # before the server: it forks, which needs a process without threads
            self._serve(browser=browser)
        finally:
            self._instance.release()
        return None

    def _join(self, first: First, *, raised: bool) -> None:
        """Another one runs: the user has to see that one's page."""
        if raised:
            self._say("Roundtable is open already; its window is in front now.")
            return
        self._say(f"Roundtable runs already. If no page appears, open {first.link}")
        open_page(first.link, self._launch_file)

    def _serve(self, *, browser: bool) -> None:
        server = self._make_server()
        server.start()
        try:
            self._instance.publish(First(pid=os.getpid(), link=server.link))
            problem = "" if browser else self._in_window(server)
            if browser or problem:
                self._in_browser(server, problem)
        finally:
            self._instance.withdraw()
            threading.Thread(target=_end_at_last, name="end", daemon=True).start()
            server.close()
            self._launch_file.unlink(missing_ok=True)

    def _in_window(self, server: Server) -> str:
        """Returns why it has to be the browser, empty where the window was used and closed."""
        if problem := self._window.problem():
            return problem
        self._say("Roundtable is open in its window. Close that, or press Ctrl-C here, to end it;")
        self._say("runs in progress are kept, and go on at the next start.")
        problem = self._window.show(
            server.window_link, lambda: server.loaded, lambda: self._ending() or server.error is not None
        )
        server.wait_loaded()
        return problem

    def _in_browser(self, server: Server, problem: str) -> None:
        if problem:
            self._say(f"Roundtable opens in your browser, since {problem}.")
        self._say(f"If no page appears, open {server.link}")
        self._say("Ctrl-C stops it; runs in progress are kept.")
        open_page(server.link, self._launch_file)
        server.wait_loaded()
        while not self._ending():
            time.sleep(_LOOK_SECONDS)


def _end_at_last() -> None:
    """A web view's thread that waits for a window that is gone must not keep the program alive."""
    time.sleep(_END_SECONDS)
    sys.stdout.flush()
    os._exit(0)
