"""The app as it is on a desk: a screen and a window manager of its own, real keys, and the page inside."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import psutil
import pytest

from tests.support.listening import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT: Final = Path(__file__).parents[2]
TITLE: Final = "Roundtable"
SECONDS: Final = 90.0  # after which a test fails instead of hanging
_PROGRAMS: Final = ("Xvfb", "openbox", "xdotool", "wmctrl", "xprop", "xclip", "import")
T = TypeVar("T")


def until(look: Callable[[], T | None], what: str, seconds: float = SECONDS) -> T:
    """What `look` returns as soon as it is true: other programs' windows send us no events."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"after {seconds:.0f} s there is no {what}"
        time.sleep(0.05)
    return found


def need_a_screen() -> None:
    """Skip where the tests of the window cannot run."""
    lacking = [name for name in _PROGRAMS if not shutil.which(name)]
    if lacking:
        packages = "xvfb openbox xdotool wmctrl x11-utils xclip imagemagick"
        pytest.skip(f"needs {', '.join(lacking)}: apt-get install {packages}")
    if find_spec("PySide6") is None or find_spec("PySide6.QtWebEngineCore") is None:
        pytest.skip("needs Qt: python3 main.py --install-window")


class Desk:
    """A screen with a window manager. folder: for what programs that stand in for others note."""

    def __init__(self, display: str, folder: Path) -> None:
        self.display = display
        self.browser_calls = folder / "browser-calls"
        browser = folder / "browser"
        browser.write_text(f'#!/bin/sh\necho "$1" >> {self.browser_calls}\n', encoding="utf-8")
        browser.chmod(0o700)
        own = {"DISPLAY": display, "BROWSER": f"{browser} %s", "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
        self.environment: dict[str, str] = {**os.environ, **own}
        self.environment.pop("WAYLAND_DISPLAY", None)

    def do(self, *command: str) -> str:
        """Run a program on this screen; its output."""
        ran = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        return ran.stdout.strip()

    def window(self, title: str) -> str:
        """Number of the window with this title, as soon as it takes the keys."""
        find = ("xdotool", "search", "--onlyvisible", "--name", f"^{title}$")
        window = until(lambda: self.do(*find).partition("\n")[0], f"window {title}")
        until(lambda: self.active() == window, f"focus on {title}")
        return window

    def state(self, window: str) -> str:
        """What the window manager says of it, e.g. that it is maximised."""
        return self.do("xprop", "-id", window, "_NET_WM_STATE", "WM_STATE")

    def active(self) -> str:
        return self.do("xdotool", "getactivewindow")

    def keys(self, *keys: str) -> None:
        self.do("xdotool", "key", "--clearmodifiers", *keys)

    def type(self, text: str) -> None:
        self.do("xdotool", "type", "--delay", "1", text)

    def click(self, window: str, page: Page, name: str) -> None:
        """Click a button of the page with the mouse, where the screen shows it."""
        box = page.get_by_role("button", name=name, exact=True).bounding_box()
        assert box is not None
        place = self.do("xwininfo", "-id", window)
        said = [rf"Absolute upper-left {axis}:\s+(-?\d+)" for axis in "XY"] + [r"Height:\s+(\d+)"]
        left, top, height = (int(re.findall(pattern, place)[0]) for pattern in said)
        top += height - page.evaluate("innerHeight")  # the page is below the menu
        x, y = left + box["x"] + box["width"] / 2, top + box["y"] + box["height"] / 2
        self.do("xdotool", "mousemove", str(round(x)), str(round(y)), "click", "1")

    def clipboard(self) -> str:
        return self.do("xclip", "-o", "-selection", "clipboard")

    def close(self, window: str) -> None:
        """As with the cross in its frame."""
        self.do("wmctrl", "-i", "-c", window)

    def picture(self, file: Path) -> None:
        """Keep how the screen looks."""
        self.do("import", "-window", "root", str(file))


@contextmanager
def screen_with_windows(folder: Path) -> Generator[Desk]:
    """A private X server with a window manager."""
    read, write = os.pipe()
    server = ("Xvfb", "-displayfd", str(write), "-screen", "0", "1400x1000x24", "-nolisten", "tcp")
    with running(*server, pass_fds=[write]):
        os.close(write)
        with os.fdopen(read) as said:  # up to the line's end: closed before, the server would die of it
            desk = Desk(f":{said.readline().strip()}", folder)
        with running("openbox", env=desk.environment):
            until(lambda: "window id" in desk.do("xprop", "-root", "_NET_SUPPORTING_WM_CHECK"), "manager")
            yield desk


@contextmanager
def running(
    *command: str, env: dict[str, str] | None = None, pass_fds: Sequence[int] = ()
) -> Generator[None]:
    """A program that goes on until it is told to end."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=env, pass_fds=pass_fds, stdout=quiet, stderr=quiet) as process:
        try:
            yield
        finally:
            process.terminate()


class App:
    """`main.py` without arguments, or with. What it says is in `said`, when it has ended."""

    def __init__(self, desk: Desk, *arguments: str, **environment: str) -> None:
        self.desk = desk
        self._log = desk.browser_calls.parent / f"app-{time.monotonic_ns()}.log"
        self._port = free_port()  # Qt's debugger takes none of its own choice
        debugger = {"QTWEBENGINE_REMOTE_DEBUGGING": str(self._port)}
        with self._log.open("w", encoding="utf-8") as log:
            self.process = psutil.Popen(
                [sys.executable, "-m", "app.bootstrap", *arguments],
                cwd=ROOT,
                env=desk.environment | debugger | environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._helpers: list[psutil.Process] = []

    @property
    def said(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def says(self, pattern: str) -> re.Match[str]:
        """Wait for words of its."""

        def look() -> re.Match[str] | None:
            found = re.search(pattern, self.said)
            assert found or self.process.poll() is None, self.said
            return found

        return until(look, f"{pattern!r} in {self.said}")

    def page(self, connect: Callable[[str], Page]) -> Page:
        """The page inside its window."""
        self.says("DevTools listening")
        return connect(f"http://127.0.0.1:{self._port}")

    def ended(self) -> int:
        """Wait for its end; the exit code. Nothing that it started may be left."""
        self._helpers = self.helpers()
        code = self.process.wait(SECONDS)
        _, left = psutil.wait_procs(self._helpers, timeout=10)
        assert not left, f"left running: {left}"
        return int(code)

    def helpers(self) -> list[psutil.Process]:
        """Processes that it has started."""
        try:
            return self.process.children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def kill(self) -> None:
        """End all of it, whatever became of it."""
        for process in (*self.helpers(), self.process):
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        self.process.wait(SECONDS)
