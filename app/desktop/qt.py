"""Qt's web view, that of Linux: installed by the user's wish, and bent right where pywebview is not."""

from __future__ import annotations

import importlib
import importlib.util
import os
import threading
from collections.abc import Callable
from typing import Any, Final

from app.desktop.browser import has_screen, open_elsewhere
from app.desktop.probe import Probe
from app.desktop.toolkit import Known, View, could_not_be_made
from app.program import FROZEN, PROGRAM

_NEEDED: Final = ("webview", "qtpy", "PySide6.QtWebEngineCore")
_MISSING: Final = "its window needs Qt, which " + (
    "is in the package roundtable-window" if FROZEN else f"`{PROGRAM} --install-window` installs"
)
_ENVIRONMENT: Final = {
    "PYWEBVIEW_GUI": "qt",
    "QT_API": "pyside6",
    "QT_LOGGING_RULES": "*=false",  # what Qt and Chromium say is for their makers
    "QTWEBENGINE_CHROMIUM_FLAGS": "--log-level=3",
}
_EDITING: Final = ("Undo", "Redo", "Cut", "Copy", "Paste", "SelectAll")  # of the usual context menu
Qt = Any  # its packages are installed by the user's wish, so no type checker can count on them


class QtToolkit:
    """See `app.desktop.toolkit.Toolkit`."""

    gui: str | None = "qt"

    def __init__(self) -> None:
        self._probe: Probe | None = None
        self._missing = ""

    def look(self) -> None:
        if not has_screen():
            self._missing = "there is no screen"
        elif not all(_is_installed(name) for name in _NEEDED):
            self._missing = _MISSING
        else:
            _prepare()
            self._probe = Probe()

    def problem(self) -> str:
        if self._probe is None:
            return self._missing
        said = self._probe.problem()
        return could_not_be_made(said) if said else ""

    def attach(self, view: View, origin: str) -> None:
        """Called where Qt's own thread has made the window."""
        page = view.native.webview.page()
        page.navigationRequested.connect(_stay_at(origin))
        page.featurePermissionRequested.disconnect()  # pywebview's answer raises TypeError
        page.permissionRequested.connect(_permit)
        page.nav_handler = _links_handler(page)
        _offer_editing(view.native.webview)

    def shape(self, view: View) -> Known:
        native = view.native
        size = native.normalGeometry() if native.isMaximized() else native.geometry()
        return {"width": size.width(), "height": size.height(), "maximised": native.isMaximized()}

    def bring_forward(self, view: View) -> None:
        def bring() -> None:
            native, state = view.native, _core().Qt.WindowState
            native.setWindowState(native.windowState() & ~state.WindowMinimized)
            native.raise_()
            native.activateWindow()

        in_its_thread(view, bring)

    def call(self, view: View) -> None:
        in_its_thread(view, lambda: _package("QtWidgets").QApplication.alert(view.native))

    def finish(self, view: View) -> None:
        """Else Python's garbage collector does it later, in any thread, and Qt aborts the program."""
        native, view.native = view.native, None
        events = _core().QCoreApplication
        events.sendPostedEvents(None, _core().QEvent.Type.DeferredDelete)  # pywebview has the page deleted so
        importlib.import_module("shiboken6").delete(native)


def in_its_thread(view: View, action: Callable[[], None]) -> None:
    """Have Qt's own thread do something, soon."""
    _core().QTimer.singleShot(0, view.native, action)


def _package(name: str) -> Qt:
    return importlib.import_module(f"PySide6.{name}")


def _core() -> Qt:
    return _package("QtCore")


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # the package around it
        return False


def _prepare() -> None:
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if os.geteuid() == 0:  # the web view's sandbox refuses root; everybody else keeps it
        os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")


def _stay_at(origin: str) -> Callable[[Qt], None]:
    """What is asked before each page that the window would go to."""

    def answer(request: Qt) -> None:
        url = request.url()
        if f"{url.scheme()}://{url.authority()}" != origin:
            request.reject()

    return answer


def _permit(permission: Qt) -> None:
    """To write to the clipboard; nothing else is asked for."""
    kinds = _package("QtWebEngineCore").QWebEnginePermission.PermissionType
    if permission.permissionType() == kinds.ClipboardReadWrite:
        permission.grant()
    else:
        permission.deny()


def _links_handler(page: Qt) -> Qt:
    """A page that takes what would open a window of its own, and gives it to the system's browser."""
    handler = _package("QtWebEngineCore").QWebEnginePage(page.profile(), page)

    def open_it(request: Qt) -> None:
        request.reject()
        # In a thread: a browser that has to start first would stop the window for as long.
        threading.Thread(target=open_elsewhere, args=(request.url().toString(),), daemon=True).start()

    handler.navigationRequested.connect(open_it)
    return handler


def _offer_editing(web_view: Qt) -> None:
    """A context menu with what can be done to text: pywebview's has a remote inspector, or there is none."""

    def show(place: Qt) -> None:
        actions = _package("QtWebEngineCore").QWebEnginePage.WebAction
        menu = _package("QtWidgets").QMenu(web_view)
        menu.addActions([web_view.page().action(getattr(actions, name)) for name in _EDITING])
        menu.popup(web_view.mapToGlobal(place))

    web_view.setContextMenuPolicy(_core().Qt.ContextMenuPolicy.CustomContextMenu)
    web_view.customContextMenuRequested.connect(show)
