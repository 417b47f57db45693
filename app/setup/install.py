"""Makes the environment and installs the locked packages into it: with uv if it is there, else with pip."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import time
import venv

from app.setup.environment import ROOT, STAMP, WINDOW_LOCK, Environment
from app.setup.failures import foreign_folder, from_os_error, no_pip
from app.setup.file_lock import locked
from app.setup.installers import run, say, say_busy, working

# Only wheels: building one needs a compiler and runs foreign code. Only the locked bytes and nothing besides:
# the locks are complete, and leave out what some packages would bring for code that is never imported.
FORM = ["--require-hashes", "--only-binary", ":all:", "--no-deps"]
WINDOW_SIZE = "Its window needs Qt: 250 MB to download, 670 MB on disk."
QUIET_PIP = ["--no-input", "--no-user", "--no-warn-script-location", "--progress-bar", "off"]


def set_up(environment: Environment, locks: list[str]) -> None:
    """Install `locks` (paths below ROOT); returns at once if another process has just done it.

    Packages are added to a complete environment; one for another Python, or left half-made by an
    interruption, is made again (the installers keep what they downloaded). Raises SetupError.
    """
    try:
        os.makedirs(os.path.dirname(environment.folder), exist_ok=True)
        with locked(environment.folder + ".lock", say_busy) as lock:
            if not environment.is_complete(locks):
                _install(environment, locks, lock)
    except OSError as error:
        raise from_os_error(error) from error


def _install(environment: Environment, locks: list[str], lock: int) -> None:
    started = time.monotonic()
    uv, _ = working("uv") or (None, "")
    tools = f"{'uv' if uv else 'pip'} and Python {sys.version.split()[0]}"
    say(f"Installing {', '.join(locks)} in {environment.folder} with {tools}. This happens once ...")
    if WINDOW_LOCK in locks and sys.platform.startswith("linux"):
        say(WINDOW_SIZE)
    if environment.is_whole():
        environment.stamp()
    else:
        _make_folder(environment)
        _make_environment(environment, lock, with_pip=uv is None)
    files = [part for name in locks for part in ("--requirement", os.path.join(ROOT, name))]
    run(
        [uv, "pip", "install", "--python", environment.python, "--compile-bytecode", *FORM, *files]
        if uv
        else [*_pip(environment), "install", *QUIET_PIP, *FORM, *files],
        lock,
    )
    environment.stamp(locks)
    say(f"Set up in {time.monotonic() - started:.1f} s.")


def _make_folder(environment: Environment) -> None:
    """Leave a folder with nothing but an empty stamp, removing only what set-up itself made before.

    The stamp says whose folder it is, so it stays throughout: this, too, may be interrupted.
    """
    os.makedirs(environment.folder, exist_ok=True)
    if os.listdir(environment.folder) and not environment.is_ours():
        raise foreign_folder(environment.folder)
    environment.stamp()
    for entry in os.scandir(environment.folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        elif entry.name != STAMP:
            os.unlink(entry.path)


def _make_environment(environment: Environment, lock: int, *, with_pip: bool) -> None:
    if with_pip and importlib.util.find_spec("ensurepip") is None:
        raise no_pip()
    venv.EnvBuilder(symlinks=os.name != "nt").create(environment.folder)
    if with_pip:
        run([environment.python, "-I", "-m", "ensurepip", "--upgrade", "--default-pip"], lock)


def _pip(environment: Environment) -> list[str]:
    # -I: packages on PYTHONPATH must not count as installed.
    return [environment.python, "-I", "-m", "pip", "--disable-pip-version-check"]
