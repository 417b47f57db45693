"""`serve` and the app in the browser, as processes of their own."""

from __future__ import annotations

import re
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import psutil
import pytest
from typing_extensions import override

from app.cli.exits import Exit
from tests.cli.conftest import Run, process
from tests.support.downloads import downloads_in
from tests.support.web import serving

LINK = re.compile(r"(http://127\.0\.0\.1:\d+)/#token=(\S+)")
SECONDS = 60


@contextmanager
def started(*argv: str) -> Generator[tuple[subprocess.Popen[str], str, str]]:
    """The process, its address and its token, as soon as it says them."""
    with process(*argv) as running:
        try:
            assert running.stdout is not None
            found = next(m for line in running.stdout if (m := LINK.search(line)))
            yield running, found[1], found[2]
        finally:
            running.kill()


def ended(running: subprocess.Popen[str], number: signal.Signals) -> int:
    running.send_signal(number)
    return running.wait(SECONDS)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_prints_a_link_that_lets_in_and_ends_when_told(home: Path, number: signal.Signals) -> None:
    with started("serve", "--port", "0") as (running, url, token):
        headers = {"Authorization": f"Bearer {token}"}
        assert httpx.get(f"{url}/api/status", headers=headers, timeout=SECONDS).json()["status"] == "ok"
        children = psutil.Process(running.pid).children(recursive=True)
        assert ended(running, number) == Exit.OK
        assert not [child for child in children if child.is_running()]
        with pytest.raises(httpx.ConnectError):
            httpx.get(url)
        assert running.stderr is not None
        assert running.stderr.read() == ""


def test_the_token_of_the_environment_is_used(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUNDTABLE_TOKEN", "a-token-of-my-own")
    with started("serve", "--port", "0") as (running, _, token):
        assert token == "a-token-of-my-own"
        assert not any(token in argument for argument in psutil.Process(running.pid).cmdline())


def test_health_asks_the_server_of_this_machine(
    home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROUNDTABLE_TOKEN", "a-token-of-my-own")
    with started("serve", "--port", "0") as (_, url, token):
        headers = {"Authorization": f"Bearer {token}"}
        httpx.get(f"{url}/api/status", headers=headers, timeout=SECONDS)  # `health` waits only seconds
        port = url.rpartition(":")[2]
        well = run("health", "--port", port)
        monkeypatch.setenv("ROUNDTABLE_TOKEN", "somebody-elses-token")
        stranger = run("health", "--port", port)
    gone = run("health", "--port", port)
    assert (well.code, stranger.code, gone.code) == (Exit.OK, Exit.FAILED, Exit.FAILED)
    assert "its agents" in well.out
    assert "ROUNDTABLE_TOKEN" in stranger.err
    assert port in gone.err


@pytest.mark.skipif(sys.platform == "darwin", reason="not on this platform: it has 127.0.0.1 alone")
def test_health_asks_at_the_address_that_the_server_listens_at(
    home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROUNDTABLE_TOKEN", "a-token-of-my-own")
    with serving(home, server__host="127.0.0.2") as served:
        port = str(served.server.port)
        assert run("health", "--host", "127.0.0.2", "--port", port).code == Exit.OK
        assert run("health", "--port", port).code == Exit.FAILED


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}"])
def test_another_program_at_the_port_is_no_roundtable(home: Path, run: Run, body: bytes) -> None:
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as other:
        thread = threading.Thread(target=other.handle_request)
        thread.start()
        asked = run("health", "--port", str(other.server_port))
        thread.join(SECONDS)
    assert asked.code == Exit.FAILED
    assert "is no Roundtable" in asked.err


def test_a_port_that_is_taken_is_named(home: Path, run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run("serve", "--port", str(taken.getsockname()[1]))
    assert result.code == Exit.USAGE
    assert "in use" in result.err
    assert "--port" in result.err


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_a_port_that_cannot_be_is_a_usage_error(home: Path, run: Run, port: str) -> None:
    assert run("serve", f"--port={port}").code == Exit.USAGE


def test_others_are_not_let_in_without_a_token(home: Path, run: Run) -> None:
    result = run("serve", "--host", "0.0.0.0", "--port", "0")
    assert result.code == Exit.USAGE
    assert "ROUNDTABLE_TOKEN" in result.err


def test_a_database_that_cannot_be_opened_ends_serve(home: Path, run: Run) -> None:
    (home / "roundtable.db").mkdir()
    result = run("serve", "--port", "0")
    assert result.code != Exit.OK
    assert "roundtable.db" in result.err


@pytest.mark.parametrize("argv", [(), ("--browser",)])
def test_the_app_opens_the_browser_without_showing_others_the_token(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argv: tuple[str, ...]
) -> None:
    """A stand-in for the browser notes what it is called with, and what it finds there."""
    noted = tmp_path / "noted"
    browser = tmp_path / "browser"
    browser.write_text(
        f'#!/bin/sh\nstat -c %a "${{1#file://}}" > {noted}.part\necho "$1" >> {noted}.part\n'
        f'cat "${{1#file://}}" >> {noted}.part\nmv {noted}.part {noted}\n'
    )
    browser.chmod(browser.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("DISPLAY", ":60000")  # nobody's, so that there can be no window
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    for name, value in downloads_in(tmp_path).items():
        monkeypatch.setenv(name, value)
    with started(*argv) as (running, url, token):
        headers = {"Authorization": f"Bearer {token}"}
        assert httpx.get(f"{url}/api/status", headers=headers, timeout=SECONDS).status_code == 200
        assert ended(running, signal.SIGTERM) == Exit.OK
    mode, address, page = noted.read_text().split("\n", 2)
    assert mode == "600"
    assert "token=" not in address
    assert f"{url}/#token=" in page
    assert token not in page  # but a code that holds once
    assert not list((tmp_path / "downloads").iterdir())


def test_the_app_without_a_screen_says_where_the_page_is(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with started() as (running, url, _):
        assert httpx.get(url).status_code in (200, 503)
        assert ended(running, signal.SIGINT) == Exit.OK
