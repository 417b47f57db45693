"""Whether Qt can show a window here, found out in a child: where it cannot, Qt aborts its process."""

from __future__ import annotations

import ctypes
import importlib
import os
import select
import signal
from collections.abc import Callable
from typing import Final

_PATIENCE: Final = 10.0  # seconds; a display behind a dead connection never answers
_SHOWN: Final = 300  # characters of what Qt says
_NEW_USER, _NEW_PID, _NEW_NET = 0x10000000, 0x20000000, 0x40000000  # of sched.h
_SANDBOX_OFF: Final = "QTWEBENGINE_DISABLE_SANDBOX"
_WEB_VIEW: Final = "PySide6.QtWebEngineWidgets"  # before Qt has its application


class Probe:
    """Looks in the background, from its making on. To be made while the process has a single thread.

    look: returns what is wrong; it may end its process.
    """

    def __init__(self, look: Callable[[], str] | None = None) -> None:
        self._child = _Child(look or _look)

    def problem(self) -> str:
        """Why there can be no window, empty where there can; waits for the child."""
        code, said = self._child.end(_PATIENCE)
        if code == 0:
            return ""
        return said or "Qt gave no reason"


class _Child:
    """A fork that does one thing and says why it could not."""

    def __init__(self, task: Callable[[], str]) -> None:
        """task: returns what is wrong."""
        read, write = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _do(task, write)
        os.close(write)
        self._said = read

    def end(self, seconds: float) -> tuple[int, str]:
        """Exit code, and the last line of what it said."""
        said = b""
        while select.select([self._said], [], [], seconds)[0]:
            if not (part := os.read(self._said, 4096)):
                break
            said += part
        else:
            os.kill(self._pid, signal.SIGKILL)
            said = b"the display does not answer"
        os.close(self._said)
        code = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        lines = said.decode(errors="replace").strip().splitlines()
        return code, _most_telling(lines)[:_SHOWN]


def _do(task: Callable[[], str], write: int) -> None:
    """In the child, which never gets back to what the parent was doing."""
    problem = "x"
    try:
        os.dup2(write, 2)  # where Qt says why it aborts
        problem = _outcome(task)
    finally:
        os._exit(1 if problem else 0)


def _outcome(task: Callable[[], str]) -> str:
    """What is wrong, told to the parent, too; also where the task fails on its way."""
    try:
        problem = task()
    except BaseException as error:
        os.write(2, (str(error) or type(error).__name__).encode())
        raise
    os.write(2, problem.encode())
    return problem


def _look() -> str:
    if not os.environ.get(_SANDBOX_OFF) and _Child(_enter_sandbox).end(_PATIENCE)[0] != 0:
        return "this system lets no program make the sandbox that a web view runs in"
    os.environ.pop("QT_LOGGING_RULES", None)  # here its words are wanted
    importlib.import_module(_WEB_VIEW)  # needs more of the system than the rest of Qt does
    importlib.import_module("PySide6.QtGui").QGuiApplication(["roundtable"])
    return ""


def _enter_sandbox() -> str:
    """What the web view's processes need: namespaces of their own, with the rights to make more."""
    libc = ctypes.CDLL(None, use_errno=True)
    worked = libc.unshare(_NEW_USER) == 0 and libc.unshare(_NEW_PID | _NEW_NET) == 0
    return "" if worked else os.strerror(ctypes.get_errno())


def _most_telling(lines: list[str]) -> str:
    """Qt's first line names the cause, and what follows all that it tried; a traceback has it last."""
    named = [line for line in lines if "display" in line or "plugin" in line]
    return (named or lines[-1:] or [""])[0]
