"""Notifications over a real bus, to a service that stands in for the desktop's; and by a program."""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

import pytest

from app.desktop.notices import BusNotices, ProgramNotices
from app.errors import AppError, ErrorKind
from tests.support.desktop import until
from tests.support.notices import SECONDS, Shown, bus

__all__ = ["bus"]


def test_a_notification_is_shown_and_a_click_on_it_is_heard(bus: str) -> None:
    shown, clicked = Shown(), threading.Event()
    BusNotices().show("Write add", "Your decision is needed.", clicked.set)
    assert clicked.wait(SECONDS)
    shown.answering.join(SECONDS)
    (program, _, _, title, body, *_), *_ = shown.asked
    assert (program, title, body) == ("Roundtable", "Write add", "Your decision is needed.")


def test_where_nobody_shows_them_that_is_said(bus: str) -> None:
    with pytest.raises(AppError) as failed:
        BusNotices().show("Write add", "", lambda: None)
    assert failed.value.kind is ErrorKind.NOT_FOUND


@pytest.mark.parametrize("address", ["disabled:", "unix:path=/nowhere", ""])
def test_without_a_bus_that_is_said(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with pytest.raises(AppError) as failed:
        BusNotices().show("Write add", "", lambda: None)
    assert failed.value.kind is ErrorKind.NOT_FOUND


@pytest.mark.skipif(sys.platform == "win32", reason="not on this platform: the program is a script")
def test_no_word_is_taken_for_an_option_or_a_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for macOS' osascript notes what is its script and what the script is given."""
    noted, program = tmp_path / "noted", tmp_path / "osascript"
    program.write_text(
        f"#!{sys.executable}\nimport getopt, json, os, sys\n"
        f"found = getopt.getopt(sys.argv[1:], 'e:')\nopen('{noted}.part', 'w').write(json.dumps(found))\n"
        f"os.rename('{noted}.part', '{noted}')\n"
    )
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    ProgramNotices("darwin").show("-e do shell script", "-x", lambda: None)
    until(noted.exists, "call of osascript")
    script, given = json.loads(noted.read_text())
    assert given == ["-e do shell script", "-x"]
    assert [option for option, _ in script] == ["-e"] * 3
