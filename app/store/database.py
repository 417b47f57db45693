"""The engine and its transactions: what SQLite and PostgreSQL need said differently is said here."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from app.errors import AppError, ErrorKind
from app.store.backup import back_up
from app.store.event_log import CLEAN
from app.store.search_index import prepare_search
from app.store.versions import prepare

BUSY_SECONDS = 10
_AGAIN_SECONDS: Final = 0.01
_PRIMARY_CODE: Final = 0xFF  # of SQLite's extended result codes
_OPENING: Final = "sqlite_begin"
# How a transaction opens on SQLite. A writer takes the write lock at once: one that reads first and
# writes later would fail at once, without waiting, where another process wrote in between. In WAL mode
# NORMAL survives the death of the process, FULL also that of the machine.
_READ: Final = ("BEGIN",)
_WRITE: Final = ("PRAGMA synchronous=NORMAL", "BEGIN IMMEDIATE")
_DURABLE: Final = ("PRAGMA synchronous=FULL", "BEGIN IMMEDIATE")


class Database:
    """Transactions on one database, prepared at opening. Thread-safe."""

    def __init__(self, url: str, without_keys: Callable[[Any], Any] = lambda value: value) -> None:
        """url: `sqlite:///PATH` or `postgresql://...`. without_keys: takes known keys out of what events say.

        Raises AppError(config).
        """
        self.url = _parse(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        engine = _sqlite_engine(self.url) if self.sqlite else _postgres_engine(self.url)
        self._engine = engine.execution_options(**{CLEAN: without_keys})
        self._writes = self._engine.execution_options(**{_OPENING: _WRITE})
        self._durable = self._engine.execution_options(**{_OPENING: _DURABLE})
        # Threads of one process queue here, in order, rather than in SQLite's sleep-and-try-again.
        self._turnstile = threading.Lock()
        self._open()

    @contextmanager
    def read(self) -> Generator[Connection]:
        """A transaction that only reads; it never waits for a writer."""
        with self._engine.begin() as conn:
            yield conn

    @contextmanager
    def write(self, *, durable: bool = False) -> Generator[Connection]:
        """A transaction that writes; rolled back where the block raises.

        durable: on disk when this returns, so that not even a power cut loses it. A killed process
        loses nothing committed either way.
        """
        engine = self._durable if durable else self._writes
        if not self.sqlite:
            with engine.begin() as conn:
                yield conn
            return
        with self._turnstile, engine.begin() as conn:
            yield conn

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _open(self) -> None:
        try:
            with self.write(durable=True) as conn:
                prepare(conn, keep_old=self._keep_old)
                prepare_search(conn)
        except (DBAPIError, AppError) as error:
            self.close()
            if isinstance(error, AppError):
                raise
            raise _cannot_open(self.url) from error

    def _keep_old(self, version: int) -> None:
        """A server's database is its keeper's to back up."""
        if self.sqlite:
            back_up(Path(self.url.database or ""), version)


def sqlite_file(url: str) -> Path | None:
    """The file that an address names; None for a database on a server. Raises AppError(config)."""
    parsed = _parse(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _unusable("") from error
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise _unusable(parsed.render_as_string(hide_password=True))
    return parsed.set(drivername="sqlite")


def _unusable(url: str) -> AppError:
    return AppError(
        ErrorKind.CONFIG,
        f"The database address {url!r} cannot be used.",
        "Use sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME.",
    )


def _cannot_open(url: URL) -> AppError:
    return AppError(
        ErrorKind.CONFIG,
        f"The database {url.render_as_string(hide_password=True)} cannot be opened.",
        "Check that it exists, that it may be written to, and the address; the log has the details.",
    )


# hide_parameters: an error in the log must not carry what the user or a model wrote.
def _postgres_engine(url: URL) -> Engine:
    return create_engine(url, pool_pre_ping=True, hide_parameters=True)


def _sqlite_engine(url: URL) -> Engine:
    try:
        Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_open(url) from error
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins no transactions of its own
    _enter_wal(connection)
    connection.execute("PRAGMA foreign_keys=ON")


def _enter_wal(connection: Any) -> None:
    """Here SQLite does not wait for a lock where several open or close a database at once."""
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & _PRIMARY_CODE == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() >= end:
                raise
            time.sleep(_AGAIN_SECONDS)
        else:
            return


def _on_begin(conn: Connection) -> None:
    for statement in conn.get_execution_options().get(_OPENING, _READ):
        conn.exec_driver_sql(statement)
