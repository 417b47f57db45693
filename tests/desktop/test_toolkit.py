"""The ways of Windows' and macOS' web views, on windows of pywebview's that are not shown."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from app.desktop.toolkit import SystemToolkit, load_pywebview

ORIGIN = "http://127.0.0.1:4000"
SECONDS = 60


class Elsewhere:
    """A window whose web view has gone somewhere by itself; there is none to be asked here."""

    def __init__(self, address: str) -> None:
        self.events = new_window().events
        self.address = address
        self.loaded = threading.Event()

    def get_current_url(self) -> str:
        return self.address

    def load_url(self, url: str) -> None:
        self.address = url
        self.loaded.set()


def new_window() -> Any:
    """One of pywebview's."""
    load_pywebview()
    from webview.window import Window  # noqa: PLC0415 - after its dependency was given to it

    return Window("master", "Roundtable", None)


def tell(event: Any, *facts: object) -> None:
    """As a web view tells; returns when all have heard it."""
    before = set(threading.enumerate())
    event.set(*facts)
    for thread in set(threading.enumerate()) - before:
        thread.join(SECONDS)


def test_only_what_was_told_is_known_of_its_shape() -> None:
    toolkit, view = SystemToolkit(), new_window()
    toolkit.attach(view, ORIGIN)
    assert toolkit.shape(view) == {}
    tell(view.events.resized, 900.0, 700.0)
    assert toolkit.shape(view) == {"width": 900, "height": 700}
    tell(view.events.maximized)
    tell(view.events.resized, 1920, 1080)
    assert toolkit.shape(view) == {"width": 900, "height": 700, "maximised": True}
    tell(view.events.restored)
    tell(view.events.resized, 800, 600)
    assert toolkit.shape(view) == {"width": 800, "height": 600, "maximised": False}


@pytest.mark.parametrize("address", ["https://example.org/", "http://127.0.0.1:4001/"])
def test_a_page_of_another_origin_is_left_at_once(address: str) -> None:
    view = Elsewhere(address)
    SystemToolkit().attach(view, ORIGIN)
    view.events.loaded.set()
    assert view.loaded.wait(SECONDS)
    assert view.address == ORIGIN


def test_our_own_page_stays() -> None:
    view = Elsewhere(f"{ORIGIN}/#/s/1")
    SystemToolkit().attach(view, ORIGIN)
    tell(view.events.loaded)
    assert not view.loaded.is_set()
