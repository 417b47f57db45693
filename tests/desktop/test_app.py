"""The app on a desk, where it needs no window to be looked at."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.desktop.app import DesktopApp, window_here
from app.errors import AppError, ErrorKind


class Hanging:
    """A server whose runs cannot be saved. threads: those that were there while it tried."""

    link = page_link = window_link = "http://127.0.0.1:9/#token=t"
    loaded = True
    error = None

    def __init__(self) -> None:
        self.threads: list[str] = []

    def start(self) -> None: ...
    def wait_loaded(self) -> None: ...

    def close(self) -> None:
        self.threads = [thread.name for thread in threading.enumerate()]
        raise AppError(ErrorKind.INTERNAL, "The disk is full.")


def test_nothing_ends_the_program_while_runs_are_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    server = Hanging()
    app = DesktopApp(tmp_path, window_here(tmp_path, dict), lambda: server, lambda _words: None, lambda: True)
    with pytest.raises(AppError, match="The disk is full"):
        app.run(browser=False)
    assert server.threads
    assert "end" not in server.threads


def test_a_second_start_is_answered_when_it_is_clear_whether_there_is_a_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    window = window_here(tmp_path, dict)
    window.look()
    answers: list[bool] = []
    asking = threading.Thread(target=lambda: answers.append(window.raise_()))
    asking.start()
    asking.join(0.5)
    assert asking.is_alive()
    assert window.problem()
    window.give_way()
    asking.join()
    assert answers == [False]
