"""Whether a program works with a data folder right now: the app, a server, a worker or a command."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

APP_LOCK: Final = "app.lock"  # held by the app on a desk as long as it lives


def in_use(folder: Path, database: Path) -> bool:
    """Whether another process has the app's lock or the database file open. Changes nothing."""
    return _is_locked(folder / APP_LOCK) or _is_open(database)


def _is_locked(lock: Path) -> bool:
    if not lock.exists():
        return False
    held = FileLock(lock)
    try:
        held.acquire(blocking=False)
    except Timeout:
        return True
    held.release()
    return False


def _is_open(database: Path) -> bool:
    """SQLite lets only who has a database open alone leave its WAL mode; whoever opens it next sets it."""
    if not database.is_file():
        return False
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError:
            return True
        except sqlite3.DatabaseError:  # no database at all
            return False
    return False
