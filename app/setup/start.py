"""What every start does before the application: enter the environment, at best with two reads and an exec."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from app.setup.environment import ROOT, RUNTIME_LOCK, TEST_LOCK, WINDOW_LOCK, Environment, this_environment
from app.setup.page import needs_page, page_is_complete

INSTALL_WINDOW = "--install-window"
FAILED = 5  # the exit code of everything that could not be done
# Tests wait more than they compute, so several run at once; a file's tests stay together, for they share what
# they set up. More than four would make the tests of time limits wait for one another.
# They begin in their own order: tests/conftest.py has a reason for it.
_AT_ONCE = ["--numprocesses=logical", "--maxprocesses=4", "--dist=loadfile", "--no-loadscope-reorder"]


def enter_environment(arguments: list[str]) -> None:
    """Return only inside the complete environment; `test` runs the tests there instead.

    Installs what is missing, for starts that show the page its libraries too, and with `--install-window`
    what a window needs beyond, then replaces this process.
    If set-up fails, ends it with code 5 and what to do.
    """
    testing = arguments[:1] == ["test"]
    locks = [RUNTIME_LOCK, TEST_LOCK] if testing else [RUNTIME_LOCK]
    environment = this_environment()
    if INSTALL_WINDOW in arguments or environment.has_had(WINDOW_LOCK):
        locks.append(WINDOW_LOCK)
    complete = environment.is_complete(locks)
    if not complete:
        or_end(lambda: _install_packages(environment, locks))
    if needs_page(arguments) and not page_is_complete():
        or_end(_fetch_page_libraries)
    if testing:
        os.chdir(ROOT)
        _replace_process([environment.python, "-m", "pytest", *_AT_ONCE, *arguments[1:]])
    if not (complete and environment.is_running()):
        _replace_process([environment.python, os.path.join(ROOT, "main.py"), *arguments])


# The slow parts are imported only where they have something to do: other starts must not pay for them.
def _install_packages(environment: Environment, locks: list[str]) -> None:
    from app.setup.install import set_up

    set_up(environment, locks)


def _fetch_page_libraries() -> None:
    from app.setup.page_install import set_up_page

    set_up_page()


def or_end(step: Callable[[], None]) -> None:
    """Do a step of set-up; a failure, told, ends the process with code 5."""
    from app.setup.failures import SetupError

    try:
        step()
    except SetupError as error:
        print(f"Roundtable could not be set up: {error}", file=sys.stderr)
        sys.exit(FAILED)
    except KeyboardInterrupt:
        print("Set-up stopped. The next start goes on.", file=sys.stderr)
        sys.exit(FAILED)


def _replace_process(command: list[str]) -> None:
    # With many threads the C library keeps a heap for each, most of it unused.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform != "win32":
        os.execv(command[0], command)
    # Windows has no exec: the shell would take the next command while the program still runs.
    import signal
    import subprocess

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the program's to answer
    sys.exit(subprocess.call(command))
