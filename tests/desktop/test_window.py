"""The app in its own window, with real keys and a real mouse, from its start to its end and back."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from tests.desktop.conftest import Start
from tests.support.desktop import TITLE, App, Desk, until
from tests.support.notices import Shown, bus
from tests.support.page import EXAMPLE, SCRIPTED, TASK, Screen
from tests.support.sessions import write_script

__all__ = ["bus"]

if TYPE_CHECKING:
    from playwright.sync_api import Page

Connect = Callable[[str], "Page"]


def in_window(page: Page) -> Screen:
    """The page, ready to be used."""
    screen = Screen(page, page.url)
    screen.offered(SCRIPTED).wait_for(state="attached")
    return screen


def test_a_session_from_the_start_to_the_end_of_the_window(
    home: Path, tmp_path: Path, desk: Desk, start: Start, connect: Connect
) -> None:
    app = start()
    window = desk.window(TITLE)
    page = app.page(connect)
    screen = in_window(page)
    address = urlsplit(page.url)
    assert address.fragment == "/"  # what let it in is gone

    # The run, begun with the keyboard and approved with the mouse.
    screen.write(TASK, EXAMPLE)
    screen.requirements.focus()
    desk.keys("ctrl+Return")
    screen.approving.wait_for()
    desk.click(window, page, "Approve")
    screen.status.get_by_text("approved").wait_for()

    # The system's dialog saves.
    page.get_by_role("button", name="Save files", exact=True).click()
    desk.window("Save file")
    saved = tmp_path / "here.zip"
    desk.keys("ctrl+a")
    desk.type(str(saved))
    desk.keys("Return")
    page.get_by_text(f"Saved as {saved}.").wait_for()
    assert saved.read_bytes()[:2] == b"PK"
    page.screenshot(path=tmp_path / "page.png")
    desk.picture(tmp_path / "window.png")

    # And it opens.
    (tmp_path / "notes.txt").write_text("Words for the agents.")
    desk.click(window, page, "Add files")
    desk.window("Open")
    desk.type(str(tmp_path / "notes.txt"))
    desk.keys("Return")
    page.get_by_text("notes.txt").first.wait_for()

    assert_nobody_sees_the_token(home, app)
    leave_and_stay(screen, desk)
    assert page.evaluate("navigator.clipboard.writeText('copied').then(() => true)")
    assert desk.clipboard() == "copied"

    # Another start finds this one, and brings it forward.
    desk.do("xdotool", "windowminimize", window)
    until(lambda: "Iconic" in desk.state(window), "minimised window")
    assert start().ended() == 0
    until(lambda: desk.active() == window, "window in front")

    # It is kept as it was, and nothing is left of it.
    desk.do("wmctrl", "-i", "-r", window, "-b", "add,maximized_vert,maximized_horz")
    until(lambda: "MAXIMIZED" in desk.state(window), "maximised window")
    desk.close(window)
    assert app.ended() == 0
    assert address.port is not None
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", address.port)) != 0
    assert json.loads((home / "window.json").read_text())["maximised"]
    again = start()
    window = desk.window(TITLE)
    until(lambda: "MAXIMIZED" in desk.state(window), "maximised window")
    again.process.terminate()
    assert again.ended() == 0


def test_a_notification_calls_the_user_to_a_decision(
    home: Path, desk: Desk, start: Start, connect: Connect, bus: str
) -> None:
    shown = Shown()
    app = start(DBUS_SESSION_BUS_ADDRESS=bus)
    window = desk.window(TITLE)
    page = app.page(connect)
    in_window(page)
    desk.do("xdotool", "windowminimize", window)
    until(lambda: "Iconic" in desk.state(window), "minimised window")

    url, _, token = json.loads((home / "runtime.json").read_text())["link"].partition("/#token=")
    slowly = write_script(home, speed=4)  # so that the page has seen it at work before
    body = {"requirements": TASK, "language": "python", "provider": "scripted", "model": slowly}
    run = httpx.post(f"{url}/api/generate", json=body, headers={"Authorization": f"Bearer {token}"}).json()
    page.wait_for_url(f"**/#/s/{run['session_id']}")  # the user has clicked on it
    until(lambda: desk.active() == window, "window in front")
    (_, _, _, title, words, *_), *_ = shown.asked
    assert title.startswith("Write add")
    assert words == "Your decision is needed."
    desk.close(window)
    assert app.ended() == 0


def assert_nobody_sees_the_token(home: Path, app: App) -> None:
    """Neither the token nor what let the window in is where others, or a log, could have it."""
    token = json.loads((home / "runtime.json").read_text())["link"].partition("#token=")[2]
    assert len(token) > 30
    assert (home / "runtime.json").stat().st_mode & 0o077 == 0
    seen = [argument for process in (app.process, *app.helpers()) for argument in process.cmdline()]
    seen += [file.read_text() for file in (home / "logs").iterdir()]
    assert not [text for text in (*seen, app.said) if token in text or "token=" in text]


def leave_and_stay(screen: Screen, desk: Desk) -> None:
    """A link goes to the system's browser; the window itself goes nowhere else."""
    page = screen.page
    asked: list[str] = []
    with HTTPServer(("127.0.0.1", 0), noting(asked)) as elsewhere:
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{elsewhere.server_port}"
        before = page.url
        page.evaluate("address => void (location.href = address)", f"{address}/away")
        page.evaluate("address => void open(address)", f"{address}/link")
        until(desk.browser_calls.exists, "call of the browser")  # asked after the other, so that is settled
        elsewhere.shutdown()
    assert desk.browser_calls.read_text().split() == [f"{address}/link"]
    assert asked == []
    assert page.url == before
    page.evaluate("void open('file:///etc/passwd')")
    assert page.evaluate("1 + 1") == 2


def noting(asked: list[str]) -> type[BaseHTTPRequestHandler]:
    """Another site, which notes what it is asked for."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

    return Site
