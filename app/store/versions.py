"""The version of the schema: made in a new database, brought forward in an old one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, insert, inspect, select, text, update

from app.errors import AppError, ErrorKind
from app.store.schema import metadata, schema_version

# One entry a step: the SQL statements that lead from version k to k + 1, the first from 1 to 2.
STEPS: Final[Sequence[Sequence[str]]] = ()
_LOCK = 0x726F756E64  # any fixed number: two programs that start together on PostgreSQL take turns


def prepare(conn: Connection, steps: Sequence[Sequence[str]] = STEPS) -> None:
    """Make the tables or bring them to the newest version, within the caller's write transaction.

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
    for step in steps[version - 1 :]:
        for statement in step:
            conn.execute(text(statement))
    conn.execute(update(schema_version).values(version=newest))
