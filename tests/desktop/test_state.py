"""What is kept of the window, and the files that are saved from it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.desktop.files import plain_name, replace_file
from app.desktop.state import WindowState


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
        pytest.param("会" * 90 + ".zip", "会" * 65 + ".zip", id="more bytes than letters"),
        ("x." + "y" * 300, "y" * 199),
    ],
)
def test_a_name_is_one_of_a_file(given: str, name: str) -> None:
    assert plain_name(given) == name


def test_a_file_is_replaced_as_it_was(tmp_path: Path) -> None:
    file, link = tmp_path / "report.md", tmp_path / "link.md"
    file.write_bytes(b"older")
    file.chmod(0o640)
    link.symlink_to(file)
    replace_file(link, b"newer")
    assert link.is_symlink()
    assert file.read_bytes() == b"newer"
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(tmp_path.iterdir()) == [link, file]


@pytest.mark.skipif(sys.platform == "win32", reason="not on this platform: only POSIX bounds files")
def test_a_full_disk_leaves_the_older_file(tmp_path: Path) -> None:
    import resource  # noqa: PLC0415 - there is none on Windows

    file = tmp_path / "report.md"
    file.write_bytes(b"older")
    bounds = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, bounds[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            replace_file(file, b"newer" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, bounds)
    assert file.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [file]
