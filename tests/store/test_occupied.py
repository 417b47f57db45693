"""Whether anybody else works with a data folder, asked without a trace."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

from app.store.occupied import is_locked, is_open
from app.store.store import open_store

_HOLDS = (
    "import os, sqlite3, sys\nconnection = sqlite3.connect(sys.argv[1])\n"
    "connection.execute('INSERT INTO kept VALUES (1)')\nconnection.commit()\n"
    "print('open', flush=True)\nsys.stdin.read()\n"
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "store.db"
    open_store(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE kept (number)")
    return path


def test_another_process_that_has_it_open_is_seen_and_nothing_is_changed(database: Path) -> None:
    before = database.read_bytes()
    assert not is_open(database)
    assert (database.read_bytes(), [p.name for p in database.parent.iterdir()]) == (before, [database.name])
    command = [sys.executable, "-c", _HOLDS, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        assert is_open(database)
        other.kill()
    assert not is_open(database)
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT number FROM kept").fetchall() == [(1,)]
        assert connection.execute("PRAGMA journal_mode").fetchall() == [("wal",)]


def test_what_nobody_can_open_is_not_open(tmp_path: Path) -> None:
    damaged = tmp_path / "store.db"
    damaged.write_text("no database" * 1000)
    assert not is_open(damaged)
    assert not is_open(tmp_path / "nowhere.db")


def test_a_lock_is_seen_as_long_as_it_is_held(tmp_path: Path) -> None:
    lock = tmp_path / "a.lock"
    assert not is_locked(lock)
    with FileLock(lock):
        assert is_locked(lock)
    assert not is_locked(lock)
