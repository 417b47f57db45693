"""What the lint check needs of a linter, and how one is run: as a process of its own that can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from app.domain.artifacts import SourceFile
from app.domain.findings import Finding
from app.domain.runs import Language
from app.errors import AppError, ErrorKind
from app.program import scripts_folder

SECONDS: Final = 5.0
LOOK_SECONDS: Final = 0.05
# Windows cannot start a process, or find its own libraries, without these two. Nothing else is passed on:
# linters read settings from the environment, too.
KEPT_VARIABLES: Final = ("SYSTEMROOT", "SYSTEMDRIVE")


class Linter(Protocol):
    """One tool for one language.

    edition: changes whenever it may find something else in the same files.
    """

    @property
    def language(self) -> Language: ...
    @property
    def edition(self) -> str: ...

    def missing(self) -> str:
        """Why it cannot run here, with what to do; empty where it can."""
        ...

    def lint(self, files: Sequence[SourceFile], folder: Path, stop: threading.Event) -> list[Finding]:
        """The findings in `files`, which are at least one, lie in `folder` and are of its language.

        Raises AppError(internal) where the tool itself fails, AppError(cancelled) once `stop` is set.
        """
        ...


def binary(name: str) -> Path:
    """Where the environment keeps a program that a package brought along; it need not be there."""
    return scripts_folder() / (name + (".exe" if sys.platform == "win32" else ""))


def missing_binary(name: str) -> str:
    """See `Linter.missing`."""
    return "" if binary(name).is_file() else f"{name} is not installed: run the set-up again"


def run_tool(
    arguments: Sequence[str], folder: Path, stop: threading.Event, seconds: float = SECONDS
) -> tuple[int, str]:
    """Run `arguments` in `folder`; its exit code and what it printed.

    Raises AppError(internal) after `seconds` seconds and AppError(cancelled) once `stop` is set; the
    process is gone then.
    """
    process = subprocess.Popen(
        arguments,
        cwd=folder,
        env={k: os.environ[k] for k in KEPT_VARIABLES if k in os.environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    deadline = time.monotonic() + seconds
    with process:
        while True:
            try:
                out, _ = process.communicate(timeout=LOOK_SECONDS)
                return process.returncode, out.decode("utf-8", "replace")
            except subprocess.TimeoutExpired:
                late = time.monotonic() > deadline
                if late or stop.is_set():
                    process.kill()
                    break
    tool = Path(arguments[0]).stem
    if stop.is_set():
        raise AppError(ErrorKind.CANCELLED, f"{tool} was stopped.")
    raise AppError(ErrorKind.INTERNAL, f"{tool} did not end within {seconds:.0f} s.")


def failed(name: str, code: int, out: str) -> AppError:
    """For a tool that gave no answer that can be read."""
    return AppError(ErrorKind.INTERNAL, f"{name} ended with exit code {code}: {out.strip()[-300:]}")
