"""Fetches the page's libraries with npm from the committed lock, which names their exact bytes."""

from __future__ import annotations

import os
import shutil
import time

from app.setup.environment import ROOT, Environment
from app.setup.failures import PAGE_HINTS, SetupError, from_os_error, no_npm, no_page
from app.setup.file_lock import locked
from app.setup.install import set_up
from app.setup.installers import run, say, say_busy, working
from app.setup.page import FOLDER, LOCK, PACKAGE, page_is_complete
from app.setup.page_files import collect

NODE_LOCK = "packaging/requirements-node.txt"
OLDEST_NPM = 8
NPM_CI = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
# By itself npm tries again after 10 and 60 s; without a network nobody should wait that long for the reason.
IMPATIENT = ["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=4000"]
# Beside the folder it is for, so that a rename puts the finished libraries in their place.
WORK = os.path.join(ROOT, "ui", ".vendor")


def set_up_page() -> None:
    """Make ui/vendor; returns at once if another process has just done it. Raises SetupError.

    Everything happens in a folder beside it, so an interruption leaves nothing half-made. npm keeps what it
    downloaded, and an npm that had to be installed for this stays until the libraries are there.
    """
    try:
        with locked(WORK + ".lock", say_busy) as lock:
            if not page_is_complete():
                _fetch(lock)
    except OSError as error:
        raise no_page(from_os_error(error, PAGE_HINTS)) from error
    except SetupError as error:
        raise no_page(error) from error


def _fetch(lock: int) -> None:
    started = time.monotonic()
    node = Environment(os.path.join(WORK, "node"))
    npm = _npm_here() or _npm_from_index(node)
    say(f"Fetching the page's libraries into {FOLDER}. This happens once ...")
    installed = _emptied("installed")
    for name in (PACKAGE, LOCK):
        shutil.copy(os.path.join(ROOT, name), installed)
    run([npm, *NPM_CI, *IMPATIENT], lock, folder=installed, hints=PAGE_HINTS)
    ready = _emptied("ready")
    collect(installed, ready)
    _remove(installed, node.folder)  # before the page is complete: later nothing would remove them
    _put_in_place(ready)
    say(f"Fetched in {time.monotonic() - started:.1f} s.")


def _npm_here() -> str | None:
    """The path of an npm that runs and reads the committed lock."""
    path, version = working("npm") or ("", "")
    major = version.partition(".")[0]
    return path if major.isdecimal() and int(major) >= OLDEST_NPM else None


def _npm_from_index(node: Environment) -> str:
    """Install Node.js, which brings npm, into an environment of its own. Raises SetupError."""
    say(f"No npm {OLDEST_NPM} or newer here: Node.js (300 MB) comes from the package index, and goes again.")
    try:
        set_up(node, [NODE_LOCK])
    except SetupError as error:
        raise no_npm(error) from error
    return node.program("npm")


def _emptied(name: str) -> str:
    """A new folder for this; the one of an interrupted set-up is removed."""
    folder = os.path.join(WORK, name)
    _remove(folder)
    os.makedirs(folder)
    return folder


def _remove(*folders: str) -> None:
    for folder in filter(os.path.exists, folders):
        shutil.rmtree(folder)


def _put_in_place(ready: str) -> None:
    """Exchange the libraries. Between the two renames there are none, never some of each."""
    if os.path.exists(FOLDER):
        os.rename(FOLDER, os.path.join(_emptied("before"), "vendor"))
    os.rename(ready, FOLDER)
    shutil.rmtree(WORK)
