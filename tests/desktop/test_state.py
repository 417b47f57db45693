"""What is kept of the window, and the names that the page gives to files."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.desktop.state import WindowState
from app.desktop.window import plain_name


def test_the_window_fits_the_screen(tmp_path: Path) -> None:
    file = tmp_path / "window.json"
    WindowState(width=5000, height=10, maximised=True).keep(file)
    found = WindowState.read(file).within(1600, 900)
    assert (found.width, found.height, found.maximised) == (1600, 480, True)


@pytest.mark.parametrize("content", ["", "{", '{"width": "wide"}', "[]"])
def test_what_cannot_be_read_is_as_if_nothing_was_kept(tmp_path: Path, content: str) -> None:
    file = tmp_path / "window.json"
    file.write_text(content)
    assert WindowState.read(file) == WindowState()


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("notes.md", "notes.md"),
        ("../../.bashrc", "bashrc"),
        ("C:\\Windows\\win.ini", "win.ini"),
        ("a\nb\u202e.zip", "ab.zip"),
        ("..", "roundtable"),
        ("x" * 300 + ".zip", "x" * 196 + ".zip"),
    ],
)
def test_a_name_is_one_of_a_file(given: str, name: str) -> None:
    assert plain_name(given) == name
