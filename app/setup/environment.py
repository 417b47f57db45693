"""The folder the packages live in, and how a start sees within a millisecond whether it is complete."""

from __future__ import annotations

import hashlib
import os
import sys
import sysconfig

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RUNTIME_LOCK = "requirements.txt"
TEST_LOCK = "packaging/requirements-test.txt"
WINDOW_LOCK = "packaging/requirements-window.txt"
STAMP = "roundtable-set-up.txt"


class Environment:
    """A virtual environment made by Roundtable. Its stamp file lists what is completely installed.

    The stamp holds one line for the Python and one for each lock (name and SHA-256). It is emptied before
    anything changes and written last, so an environment whose set-up was interrupted never looks complete.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.python = self.program("python")
        self._stamp = os.path.join(folder, STAMP)

    def program(self, name: str) -> str:
        """Where this environment has a package's program, or its Python."""
        return os.path.join(self.folder, *(("Scripts", f"{name}.exe") if os.name == "nt" else ("bin", name)))

    def is_complete(self, locks: list[str]) -> bool:
        """Whether this Python's packages of all `locks` (paths below ROOT) are installed."""
        return {_python_line(), *map(fingerprint, locks)} <= stamped(self._stamp) and os.path.exists(
            self.python
        )

    def has_had(self, lock: str) -> bool:
        """Whether a version of this lock is installed, the newest or an older one."""
        return any(line.startswith(f"{lock} ") for line in stamped(self._stamp))

    def is_whole(self) -> bool:
        """Whether it was made for this Python and is not half-made: packages may be added to it."""
        return _python_line() in stamped(self._stamp) and os.path.exists(self.python)

    def is_ours(self) -> bool:
        """Whether Roundtable made this folder and may therefore remove it."""
        return os.path.exists(self._stamp)

    def is_running(self) -> bool:
        """Whether this very process runs in it."""
        return os.path.exists(self.folder) and os.path.samefile(sys.prefix, self.folder)

    def stamp(self, locks: list[str] | None = None) -> None:
        """Record that the packages of `locks` are installed; None records that set-up is under way."""
        lines = [] if locks is None else [_python_line(), *map(fingerprint, locks)]
        write_stamp(self._stamp, lines)


def this_environment() -> Environment:
    """The environment of this copy of Roundtable: ROUNDTABLE_VENV, or `.venv` beside main.py."""
    return Environment(os.path.abspath(os.environ.get("ROUNDTABLE_VENV") or os.path.join(ROOT, ".venv")))


def _python_line() -> str:
    return f"python {sys.implementation.cache_tag} {sysconfig.get_platform()}"


def fingerprint(file: str) -> str:
    """The stamp's line of a committed file (a path below ROOT): its name and SHA-256."""
    with open(os.path.join(ROOT, file), "rb") as content:
        return f"{file} {hashlib.sha256(content.read()).hexdigest()}"


def stamped(path: str) -> set[str]:
    """The lines of a stamp; none if it is missing or the place is unusable: set-up meets that again."""
    try:
        with open(path, encoding="utf-8") as file:
            return set(file.read().splitlines())
    except OSError:
        return set()


def write_stamp(path: str, lines: list[str]) -> None:
    """Replace a stamp in one step."""
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write("\n".join(lines))
    os.replace(path + ".new", path)
