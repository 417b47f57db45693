"""The version of the schema: made in a new database, brought forward in an old one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Connection, insert, inspect, select, text, update

from app.errors import AppError, ErrorKind
from app.store.schema import metadata, schema_version

_CALLS: Final = (
    """CREATE TABLE calls (
        session_id VARCHAR(32) NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        run_id VARCHAR(32) NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        turn INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        round INTEGER NOT NULL,
        provider TEXT NOT NULL,
        model TEXT NOT NULL,
        started TIMESTAMP WITH TIME ZONE NOT NULL,
        facts TEXT NOT NULL,
        options TEXT,
        counts BOOLEAN NOT NULL,
        PRIMARY KEY (session_id, number)
    )""",
    "CREATE INDEX calls_by_model ON calls (provider, model, started)",
    "CREATE INDEX calls_by_run ON calls (run_id)",
    """CREATE TABLE call_parts (
        session_id VARCHAR(32) NOT NULL,
        number INTEGER NOT NULL,
        position INTEGER NOT NULL,
        message INTEGER NOT NULL,
        role TEXT NOT NULL,
        sha256 VARCHAR(64) NOT NULL REFERENCES blobs (sha256),
        PRIMARY KEY (session_id, number, position),
        FOREIGN KEY (session_id, number) REFERENCES calls (session_id, number) ON DELETE CASCADE
    )""",
    "CREATE INDEX call_parts_by_hash ON call_parts (sha256)",
)
# One entry a step: the SQL statements that lead from version k to k + 1, the first from 1 to 2. They are
# written out and never change once released, whatever the tables of app/store/schema.py become later.
STEPS: Final[Sequence[Sequence[str]]] = (_CALLS,)
_LOCK = 0x726F756E64  # any fixed number: two programs that start together on PostgreSQL take turns


def prepare(
    conn: Connection,
    steps: Sequence[Sequence[str]] = STEPS,
    keep_old: Callable[[int], object] = lambda _version: None,
) -> None:
    """Make the tables or bring them to the newest version, within the caller's write transaction.

    keep_old: called with the version before the first of the steps is taken; nothing is changed if it raises.
    Raises AppError(config) where the database is from a newer program.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    newest = 1 + len(steps)
    if not inspect(conn).has_table(schema_version.name):
        metadata.create_all(conn)
        conn.execute(insert(schema_version).values(version=newest))
        return
    version = conn.execute(select(schema_version.c.version)).scalar_one()
    if version > newest:
        raise AppError(
            ErrorKind.CONFIG,
            f"The database has version {version}; this program knows versions up to {newest}.",
            "Use the newer program that wrote it, or another data folder.",
        )
    if version < newest:
        keep_old(version)
    for step in steps[version - 1 :]:
        for statement in step:
            conn.execute(text(statement))
    conn.execute(update(schema_version).values(version=newest))
