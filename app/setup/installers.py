"""Other people's programs that install things: whether one works, and running one to its end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Mapping, Sequence

from app.setup.environment import ROOT
from app.setup.failures import HINTS, from_output

KEPT_LINES = 20  # npm tells the cause first, then where in npm it happened
PATIENCE = 30  # seconds for a program to say its version


def working(name: str) -> tuple[str, str] | None:
    """Path and version text of a program on PATH, None if it does not run.

    A version manager's stand-in may be on PATH without the program behind it.
    """
    path = shutil.which(name)
    if path is None:
        return None
    command = [path, "--version"]
    try:
        ran = subprocess.run(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return path, ran.stdout.decode("utf-8", "replace").strip()


def run(command: Sequence[str], lock: int, *, folder: str = ROOT, hints: Mapping[str, str] = HINTS) -> None:
    """Run an installer in `folder`, its last line shown on a terminal.

    lock: the descriptor of a held lock file, which the installer keeps until it has ended itself.
    Raises SetupError with the end of its output and the one of `hints` that fits.
    """
    kept: deque[str] = deque(maxlen=KEPT_LINES)
    with subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        pass_fds=() if os.name == "nt" else (lock,),
    ) as process:
        for line in process.stdout or ():
            kept.append(line.rstrip())
            _show(kept[-1])
    _show("")
    if process.returncode:
        raise from_output(kept, hints)


def say(text: str) -> None:
    """Tell the user what set-up does."""
    print(f"Roundtable: {text}", file=sys.stderr, flush=True)


def say_busy() -> None:
    """Tell that this start waits for another one."""
    say("another start is setting up; waiting for it ...")


def _show(line: str) -> None:
    """Overwrite the terminal's current line; an empty one clears it."""
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1
        print(f"\r{line[:width].ljust(width)}\r", end="", file=sys.stderr, flush=True)
