"""The program's own window: the page in the system's web view."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import platformdirs

from app.desktop.files import plain_name, replace_file
from app.desktop.menu import QUIT, menus
from app.desktop.notices import Notices
from app.desktop.state import LEAST, WindowState
from app.desktop.toolkit import Toolkit, View, could_not_be_made, library_error, load_pywebview, storage
from app.errors import AppError, ErrorKind

log = logging.getLogger(__name__)

_PATIENCE: Final = 20.0  # seconds that the page may take to come up when the server answers
_LOOK_SECONDS: Final = 0.1
_HEAD_START: Final = 8.0  # seconds
_BLANK: Final = "the page in its window stayed blank"
_GROUND: Final = {"light": "#f5f6f7", "dark": "#101215"}  # --ground-low of ui/css/tokens.css


class Window:
    """Shown at most once. What other threads may call are the methods of `app.web.window.Window`, and `look`.

    folder: the data folder, where the state of the window is kept. choices: the page's theme and language.
    may_quit: whether the page is in a browser in its stead, where there is nothing to close, and so may end
    the program. quit_wanted: whether it has asked for that.
    """

    def __init__(
        self, folder: Path, toolkit: Toolkit, notices: Notices, choices: Callable[[], dict[str, str]]
    ) -> None:
        self._folder = folder
        self._file = folder / "window.json"
        self._toolkit = toolkit
        self._notices = notices
        self._choices = choices
        self._view: View | None = None
        self._state = WindowState()
        self._ready = threading.Event()
        self._settled = threading.Event()
        self._settled.set()
        self._dialog = threading.Lock()
        self.may_quit = False
        self.quit_wanted = False

    def look(self) -> None:
        """Begin to find out whether there can be a window here."""
        self._settled.clear()
        self._toolkit.look()

    def problem(self) -> str:
        """Why there can be none, empty where there can."""
        return self._toolkit.problem()

    def give_way(self) -> None:
        """The page is in a browser from now on."""
        self.may_quit = True
        self._settled.set()

    def wait_settled(self) -> None:
        """Until the page is up, if there is to be one: what is imported meanwhile would make it wait."""
        self._settled.wait(_HEAD_START)

    def show(self, link: str, answering: Callable[[], bool], ending: Callable[[], bool]) -> str:
        """Show the page until the window is closed; must be called in the main thread.

        answering: whether the server is loaded. ending: whether the program has to end. Returns why nothing
        was to be seen, empty where all went well.
        """
        try:
            library = load_pywebview()
            view = self._make(library, link)
        except ImportError as error:
            return could_not_be_made(error)
        except library_error() as error:
            return could_not_be_made(error)
        blank: list[str] = []
        watching = threading.Thread(target=self._watch, args=(view, answering, ending, blank), daemon=True)
        watching.start()
        # Private: the page keeps what it keeps with the server, and nothing of it stays in a profile on disk.
        library.start(gui=self._toolkit.gui, private_mode=True, storage_path=storage(self._folder))
        self._view = None
        self._settled.set()
        watching.join()
        self._toolkit.finish(view)
        return "".join(blank)

    def page_is_ready(self) -> None:
        self._ready.set()
        self._settled.set()

    def raise_(self) -> bool:
        self.wait_settled()
        view = self._view
        if view is None or not self._ready.is_set():
            return False
        self._toolkit.bring_forward(view)
        return True

    def save(self, name: str, content: bytes) -> str | None:
        if not self._dialog.acquire(blocking=False):
            raise AppError(ErrorKind.CONFLICT, "A dialog is open already.", "Answer it first.")
        try:
            path = self._ask_where(plain_name(name))
        finally:
            self._dialog.release()
        if path is None:
            return None
        try:
            replace_file(path, content)
        except OSError as error:
            message = f"{path} cannot be written: {error.strerror}."
            raise AppError(ErrorKind.INVALID_REQUEST, message, "Choose another folder.") from error
        self._state = self._state.model_copy(update={"folder": str(path.parent)})
        return str(path)

    def quit(self) -> None:
        self.quit_wanted = True

    def notify(self, title: str, body: str, session_id: str) -> None:
        view = self._view
        if view is None:
            return

        def open_session() -> None:
            self._toolkit.bring_forward(view)
            self._tell(view, "session", session_id)

        self._toolkit.call(view)
        self._notices.show(title, body, open_session)

    def _make(self, library: Any, link: str) -> View:
        screen = library.screens[0]
        self._state = WindowState.read(self._file).within(screen.width, screen.height)
        choices = self._choices()
        view: View = library.create_window(
            "Roundtable",
            link,
            width=self._state.width,
            height=self._state.height,
            min_size=LEAST,
            hidden=True,  # until the page can be seen: an empty window looks broken
            text_select=True,
            zoomable=True,
            background_color=_GROUND[choices.get("theme", "light")],
            menu=menus(choices.get("language", "en"), self._do),
        )
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(link))
        view.events.before_show += lambda: self._toolkit.attach(view, origin)
        view.events.closing += self._keep_state
        self._view = view
        return view

    def _watch(
        self, view: View, answering: Callable[[], bool], ending: Callable[[], bool], blank: list[str]
    ) -> None:
        """Show the window when there is something to see; close it when nothing comes, or it has to end."""
        until = time.monotonic() + _PATIENCE
        shown = False
        while not view.events.closed.wait(_LOOK_SECONDS):
            if not shown and view.events.before_load.is_set():  # which pywebview calls what follows loading
                shown = True
                self._reveal(view)
            if self._ready.is_set() or not answering():
                until = time.monotonic() + _PATIENCE
            elif time.monotonic() > until:
                blank.append(_BLANK)
            if blank or ending():
                return view.destroy()
        return None

    def _reveal(self, view: View) -> None:
        if self._state.maximised:
            view.maximize()
        view.show()

    def _keep_state(self) -> None:
        """Only plain work here: a call into the window would wait for itself."""
        if self._view is not None:
            self._state.model_copy(update=self._toolkit.shape(self._view)).keep(self._file)

    def _ask_where(self, name: str) -> Path | None:
        view = self._view
        if view is None:
            return None
        usual = Path(self._state.folder or platformdirs.user_downloads_path())
        folder = usual if usual.is_dir() else Path.home()
        kind = load_pywebview().FileDialog.SAVE
        chosen = view.create_file_dialog(kind, directory=str(folder), save_filename=name)
        if not chosen:
            return None
        return Path(chosen if isinstance(chosen, str) else chosen[0])

    def _do(self, name: str) -> None:
        """What an entry of the menu is for."""
        if (view := self._view) is None:
            return
        if name == QUIT:
            view.destroy()
        else:
            self._tell(view, name, "")

    def _tell(self, view: View, name: str, detail: str) -> None:
        told = json.dumps({"name": name, "detail": detail})
        view.run_js(f"document.dispatchEvent(new CustomEvent('roundtable-window', {{ detail: {told} }}))")
