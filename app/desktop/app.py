"""The app on a desk, from its start to its end."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from app.desktop.browser import LaunchFile
from app.desktop.instance import First, Instance, Running
from app.desktop.notices import system_notices
from app.desktop.qt import QtToolkit
from app.desktop.toolkit import SystemToolkit
from app.desktop.window import Window
from app.errors import AppError

_LOOK_SECONDS: Final = 0.2
_END_SECONDS: Final = 30.0  # after which what hangs in a web view's thread is left behind


class Server(Protocol):
    """The local server. link: opens its page and lets it in. page_link, window_link: do so once, in
    the browser or the window. loaded, error: whether all of it is there, and why it cannot be.
    """

    @property
    def link(self) -> str: ...
    @property
    def page_link(self) -> str: ...
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
        self._folder = folder
        self._window = window
        self._make_server = server
        self._say = say
        self._ending = ending
        self._instance = Instance(folder)

    def run(self, *, browser: bool) -> None:
        """Until the window is closed, or the user asks for the end. browser: no window is wanted.

        Raises AppError where the server cannot be made.
        """
        if (running := self._instance.claim()) is not None:
            return self._join(running, browser=browser)
        try:
            if not browser:
                self._window.look()  # before the server: it forks, which needs a process without threads
            self._serve(browser=browser)
        finally:
            self._instance.release()
        return None

    def _join(self, running: Running, *, browser: bool) -> None:
        """Another one runs: the user has to see that one's page."""
        if running.raised and not browser:
            self._say("Roundtable is open already; its window is in front now.")
            return
        self._say(f"Roundtable runs already. If no page appears, open {running.link}")
        LaunchFile(self._folder, running.link).open(running.page_link)

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
            LaunchFile(self._folder, server.link).remove()
            server.close()
            if not browser:
                _leave_behind(code=int(sys.exc_info()[0] is not None))

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
        self._say("Ctrl-C here, or Settings > About there, ends it; runs in progress are kept.")
        self._window.give_way()
        file = LaunchFile(self._folder, server.link)
        file.open(server.page_link)
        server.wait_loaded()
        while not (self._ending() or self._window.quit_wanted):
            time.sleep(_LOOK_SECONDS)
            file.remove_old()


def _leave_behind(code: int) -> None:
    """A web view's thread that waits for a window that is gone must not keep the program alive.

    code: that the program then ends with. All is saved by now.
    """

    def end() -> None:
        time.sleep(_END_SECONDS)
        with suppress(OSError, ValueError):  # a terminal that is gone
            sys.stdout.flush()
        os._exit(code)

    threading.Thread(target=end, name="end", daemon=True).start()
