"""What differs between the systems' web views; that of Windows and macOS, which was not run here."""

from __future__ import annotations

import importlib
import logging
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from werkzeug.local import LocalProxy

View = Any  # webview.Window; its package is loaded only when a window is wanted
Known = dict[str, int]  # bools are ints
_WEBVIEW2: Final = "its window needs Microsoft's WebView2 runtime, which is not installed"


class Toolkit(Protocol):
    """The system's way to show a page. look: may be called first, to be faster; the others need no thread."""

    gui: str | None  # as pywebview calls it; None: its own choice

    def look(self) -> None:
        """Begin to find out what `problem` returns."""
        ...

    def problem(self) -> str:
        """Why there can be no window here, empty where there can."""
        ...

    def attach(self, view: View, origin: str) -> None:
        """Hold the page to our origin, and give it what it would lack. Called before the page is shown."""
        ...

    def shape(self, view: View) -> Known:
        """What is known, as fields of `WindowState`: its size while not maximised, and whether it is."""
        ...

    def bring_forward(self, view: View) -> None:
        """Before all other windows, as large as it was."""
        ...

    def call(self, view: View) -> None:
        """Ask for attention without taking it."""
        ...

    def finish(self, view: View) -> None:
        """Let go of a window that was closed, in the main thread."""
        ...


class SystemToolkit:
    """WebView2 on Windows, WKWebView on macOS, in pywebview's own ways. Not run by its makers."""

    gui: str | None = None

    def __init__(self) -> None:
        self._shape = Shape()

    def look(self) -> None:
        """There is nothing that takes time."""

    def problem(self) -> str:
        try:
            library = load_pywebview()
            found = importlib.import_module("webview.guilib").initialize()
        except (ImportError, RuntimeError, OSError) as error:  # pythonnet raises RuntimeError
            return could_not_be_made(error)
        except library_error() as error:
            return could_not_be_made(error)
        renderer = getattr(found or library, "renderer", "")
        return _WEBVIEW2 if renderer == "mshtml" else ""

    def attach(self, view: View, origin: str) -> None:
        def come_back() -> None:
            """Nothing of ours reaches another page: it has no bridge, and no cookie goes along."""
            host = urlsplit(view.get_current_url() or "").netloc
            if host not in ("", urlsplit(origin).netloc):
                view.load_url(origin)

        view.events.loaded += come_back
        self._shape.follow(view)

    def shape(self, view: View) -> Known:  # noqa: ARG002 - followed by its events
        return self._shape.known

    def bring_forward(self, view: View) -> None:
        was_maximised = self._shape.known.get("maximised")
        view.restore()
        if was_maximised:
            view.maximize()

    def call(self, view: View) -> None:
        """The notification has to do."""

    def finish(self, view: View) -> None:
        """There is nothing to do."""


class Shape:
    """Size and state by the events that all of pywebview's web views send. known: see `Toolkit.shape`."""

    def __init__(self) -> None:
        self.known: Known = {}

    def follow(self, view: View) -> None:
        """From now on."""
        view.events.resized += self._resized
        view.events.maximized += lambda: self._set(True)
        view.events.restored += lambda: self._set(False)

    def _resized(self, width: float, height: float) -> None:
        if not self.known.get("maximised"):
            self.known = {**self.known, "width": int(width), "height": int(height)}

    def _set(self, maximised: bool) -> None:
        self.known = {**self.known, "maximised": maximised}


def load_pywebview() -> ModuleType:
    """pywebview, without the one package of its that comes only as a source distribution.

    proxy_tools is a copy of Werkzeug's LocalProxy under another name. Raises ImportError.
    """
    if "webview" not in sys.modules:
        stand_in = ModuleType("proxy_tools")
        stand_in.module_property = LocalProxy  # pyright: ignore[reportAttributeAccessIssue]
        sys.modules.setdefault("proxy_tools", stand_in)
    library = importlib.import_module("webview")
    logging.getLogger("pywebview").handlers.clear()  # to our log like the rest, not to the terminal
    return library


def could_not_be_made(reason: object) -> str:
    """A problem, as `Toolkit.problem` says it."""
    return f"its window could not be made: {reason}"


def library_error() -> type[Exception]:
    """What pywebview raises where it finds no web view."""
    found: type[Exception] = importlib.import_module("webview.errors").WebViewException
    return found


def storage(folder: Path) -> str | None:
    """Where a web view keeps what it must: on Windows it has to be told a folder that can be written."""
    return str(folder / "webview") if os.name == "nt" else None
