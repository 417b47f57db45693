"""Finding Ollama's program and running its server where nobody else does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from app.errors import AppError, ErrorKind

_START_SECONDS = 30.0
_STOP_SECONDS = 10.0
_LOOK_EVERY = 0.1


def find_program() -> str | None:
    """The `ollama` program: on PATH, or where its installers put it."""
    return shutil.which("ollama") or next((str(p) for p in _usual_places() if p.is_file()), None)


def _usual_places() -> Iterator[Path]:
    if sys.platform == "win32":
        yield Path(os.environ.get("LOCALAPPDATA", "")) / "Programs" / "Ollama" / "ollama.exe"
        yield Path(os.environ.get("PROGRAMFILES", "")) / "Ollama" / "ollama.exe"
    elif sys.platform == "darwin":
        yield Path("/Applications/Ollama.app/Contents/Resources/ollama")
        yield Path("/opt/homebrew/bin/ollama")
        yield Path("/usr/local/bin/ollama")
    else:
        yield from (Path("/usr/local/bin/ollama"), Path("/usr/bin/ollama"), Path("/snap/bin/ollama"))


class OllamaProcess:
    """`ollama serve` as our child, at most one. Thread-safe; its methods block.

    log: file for what it prints, written anew at each start.
    """

    def __init__(self, url: str, log: Path) -> None:
        self._url = url
        self._log = log
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the server, if we started it and it runs."""
        return self._child.pid if self._child and self._child.poll() is None else None

    def start(self) -> None:
        """Start the server and wait until it answers; nothing to do where it does already.

        Raises AppError(transient): no program, or it does not come up.
        """
        with self._lock:
            if _answers(self._url):
                return
            program = find_program()
            if program is None:
                raise AppError(
                    ErrorKind.TRANSIENT,
                    f"Ollama is not installed, and nothing answers at {self._url}.",
                    "Install it from ollama.com, or choose another provider.",
                )
            self._stop()
            self._child = self._spawn(program)
            self._wait_until_up(self._child)

    def close(self) -> None:
        """Stop the server, if we started it."""
        with self._lock:
            self._stop()

    def _spawn(self, program: str) -> subprocess.Popen[bytes]:
        parts = urlsplit(self._url)
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as log:
            return subprocess.Popen(
                (program, "serve"),
                env={**os.environ, "OLLAMA_HOST": f"{parts.scheme}://{parts.netloc}"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C in our terminal is for us
            )

    def _wait_until_up(self, child: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while child.poll() is None and time.monotonic() < deadline:
            if _answers(self._url):
                return
            time.sleep(_LOOK_EVERY)
        self._stop()
        raise AppError(
            ErrorKind.TRANSIENT, "Ollama was started but did not answer.", f"Its log is {self._log}."
        )

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.terminate()  # it ends its model runners
        try:
            child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/api/version", timeout=1.0).is_success
    except httpx.TransportError:
        return False
