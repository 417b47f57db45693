"""The real server as a process of its own, which tests may kill; a plug-in of tests/conftest.py."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-for-the-tests-of-the-server"
_LINK = re.compile(r"http://\S+/#token=\S+")
_SECONDS = 60.0  # after which a test fails instead of hanging
_LEAVING = 10.0  # seconds a process that the program started has to end after it


class Program:
    """`serve` at a free port, and at the same one after each restart. home: its data folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.token = TOKEN
        self.link = ""
        self._log = home.parent / "serve.log"
        self._child: subprocess.Popen[str] | None = None
        self._helpers: list[psutil.Process] = []
        self.start()

    @property
    def url(self) -> str:
        """Without a slash at its end."""
        return self.link.partition("/#")[0]

    @property
    def running(self) -> psutil.Process:
        """The server's process."""
        assert self._child is not None, "the server does not run"
        return psutil.Process(self._child.pid)

    def said(self) -> str:
        """What it wrote to standard error, over all its starts."""
        return self._log.read_text(encoding="utf-8")

    def start(self) -> None:
        """Start it, and return when it is ready."""
        assert self._child is None, "the server runs already"
        port = str(urlsplit(self.link).port or 0)
        with self._log.open("a", encoding="utf-8") as log:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "app.bootstrap", "serve", "--port", port],
                cwd=ROOT,
                env=os.environ | {"ROUNDTABLE_HOME": str(self.home), "ROUNDTABLE_TOKEN": self.token},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
            )
        self.link = self._ready(self._child)

    def kill(self) -> None:
        """End it as a power cut does."""
        self._end(psutil.Process.kill)

    def stop(self) -> int:
        """Ask it to end as Ctrl-C does; its exit code."""
        return self._end(psutil.Process.terminate)

    def restart(self) -> None:
        """Kill it and start it again, with the same address, token and data."""
        self.kill()
        self.start()

    def close(self) -> None:
        """Stop it if it runs; fails if a process it ever started is left."""
        if self._child is not None:
            self.stop()
        _, left = psutil.wait_procs(self._helpers, timeout=_LEAVING)
        for process in left:
            process.kill()
        assert not left, f"left running: {left}"

    def _ready(self, child: subprocess.Popen[str]) -> str:
        """The link it prints when it can be used. Its output is read to the end, so that it never blocks."""
        lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=_read, args=(child, lines), daemon=True).start()
        while line := lines.get(timeout=_SECONDS):
            if link := _LINK.search(line):
                return link[0]
        pytest.fail(f"the server ended before it was ready:\n{self.said()}")

    def _end(self, how: Callable[[psutil.Process], None]) -> int:
        child, process = self._child, self.running
        assert child is not None
        self._helpers += process.children(recursive=True)
        how(process)
        self._child = None
        return child.wait(_SECONDS)


def _read(child: subprocess.Popen[str], lines: queue.Queue[str]) -> None:
    assert child.stdout
    with child.stdout:
        for line in child.stdout:
            lines.put(line)
    lines.put("")


@pytest.fixture
def program(home: Path) -> Generator[Program]:
    """A server with an empty data folder; nothing of it is left when the test ends."""
    program = Program(home)
    try:
        yield program
    finally:
        program.close()
