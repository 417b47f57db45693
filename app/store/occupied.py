"""Whether a program works with a data folder right now: the app, a server, a worker or a command."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

APP_LOCK: Final = "app.lock"  # in the data folder; held by the app on a desk as long as it lives
_PRIMARY_CODE: Final = 0xFF  # of SQLite's extended result codes
_HELD: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_locked(lock: Path) -> bool:
    """Whether anybody holds the lock of this file; also where that cannot be asked, as of another user's."""
    if not lock.exists():
        return False
    held = FileLock(lock)
    try:
        held.acquire(blocking=False)
    except (Timeout, OSError):
        return True
    held.release()
    return False


def is_open(database: Path) -> bool:
    """Whether another connection has an SQLite database open in WAL mode, as the program always does.

    Who has one open shares it, and so nobody else can have it alone. Like everybody who opens it, this moves
    what a killed program has left in the WAL into the database, and changes nothing else. False also where it
    cannot be opened at all.
    """
    if not database.is_file():
        return False
    with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            return (error.sqlite_errorcode & _PRIMARY_CODE) in _HELD
    return False
