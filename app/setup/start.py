"""What every start does before the application: enter the environment, at best with two reads and an exec."""

from __future__ import annotations

import os
import sys

from app.setup.environment import ROOT, RUNTIME_LOCK, TEST_LOCK, Environment, this_environment

FAILED = 5  # the exit code of everything that could not be done


def enter_environment(arguments: list[str]) -> None:
    """Return only inside the complete environment; `test` runs the tests there instead.

    Installs what is missing, then replaces this process. If set-up fails, ends it with code 5 and what to do.
    """
    testing = arguments[:1] == ["test"]
    locks = [RUNTIME_LOCK, TEST_LOCK] if testing else [RUNTIME_LOCK]
    environment = this_environment()
    complete = environment.is_complete(locks)
    if not complete:
        _set_up(environment, locks)
    if testing:
        os.chdir(ROOT)
        _replace_process([environment.python, "-m", "pytest", *arguments[1:]])
    if not (complete and environment.is_running()):
        _replace_process([environment.python, os.path.join(ROOT, "main.py"), *arguments])


def _set_up(environment: Environment, locks: list[str]) -> None:
    """Import the slow part only now: a start with nothing to do must not pay for it."""
    from app.setup.failures import SetupError
    from app.setup.install import set_up

    try:
        set_up(environment, locks)
    except SetupError as error:
        print(f"Roundtable could not be set up: {error}", file=sys.stderr)
        sys.exit(FAILED)
    except KeyboardInterrupt:
        print("Set-up stopped. The next start goes on.", file=sys.stderr)
        sys.exit(FAILED)


def _replace_process(command: list[str]) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform != "win32":
        os.execv(command[0], command)
    # Windows has no exec: the shell would take the next command while the program still runs.
    import signal
    import subprocess

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the program's to answer
    sys.exit(subprocess.call(command))
