"""The tables. Rows of events and blobs are inserted and deleted, never updated.

Free text is stored as JSON text: PostgreSQL refuses a NUL character in a text column, and models write
such things. Strings that the program itself makes (ids, statuses, hashes) are stored as they are.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from typing_extensions import override


def to_json(value: object) -> str:
    """Compact JSON with sorted keys, ASCII only. Raises TypeError or ValueError for what JSON cannot hold."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"), sort_keys=True)


class JsonText(TypeDecorator[Any]):
    """A JSON value in a text column; None is NULL."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else to_json(value)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class UtcTime(TypeDecorator[datetime]):
    """An aware time; SQLite keeps none of the zone, so it is UTC on the way in and on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Word(TypeDecorator[str]):
    """A string or a member of a string enumeration, which drivers would store by its name."""

    impl = String
    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)


ID = String(32)
HASH = String(64)
WORD = Word(64)

metadata = MetaData()


def _run_key() -> ForeignKey:
    return ForeignKey("runs.id", ondelete="CASCADE")


schema_version = Table("schema_version", metadata, Column("version", Integer, primary_key=True))

# last_seq numbers the session's events; its row lock orders all writers of the session.
# folded: the title as searched for, see sessions.folded.
sessions = Table(
    "sessions",
    metadata,
    Column("id", ID, primary_key=True),
    Column("title", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("updated", UtcTime, nullable=False),
    Column("last_seq", Integer, nullable=False, default=0),
)

# owner and lease_until belong to the claim; both are NULL where nobody holds the run.
runs = Table(
    "runs",
    metadata,
    Column("id", ID, primary_key=True),
    Column("session_id", ID, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("request", JsonText, nullable=False),
    Column("language", WORD, nullable=False),
    Column("folded", Text, nullable=False),
    Column("status", WORD, nullable=False),
    Column("epoch", Integer, nullable=False, default=0),
    Column("base", HASH),
    Column("created", UtcTime, nullable=False),
    Column("cancel_requested", Boolean, nullable=False, default=False),
    Column("owner", Text),
    Column("lease_until", UtcTime),
    UniqueConstraint("session_id", "number"),
    Index("runs_by_status", "status", "created"),
)

# Turn 0 is the start. A turn that was rewound stays, with counts = false. state: hash of its blob.
# next_round: the round that the following turn belongs to.
turns = Table(
    "turns",
    metadata,
    Column("run_id", ID, _run_key(), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("agent", WORD, nullable=False),
    Column("next_round", Integer, nullable=False),
    Column("status", WORD, nullable=False),
    Column("artifact_hash", HASH),
    Column("state", HASH, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("counts", Boolean, nullable=False, default=True),
    PrimaryKeyConstraint("run_id", "turn", "epoch"),
)

events = Table(
    "events",
    metadata,
    Column("session_id", ID, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("run_id", ID, nullable=False),
    Column("v", Integer, nullable=False),
    Column("type", WORD, nullable=False),
    Column("agent", WORD, nullable=False),
    Column("turn", Integer),
    Column("epoch", Integer, nullable=False),
    Column("ts", UtcTime, nullable=False),
    Column("message", JsonText, nullable=False),
    Column("data", JsonText, nullable=False),
    PrimaryKeyConstraint("session_id", "seq"),
    sqlite_with_rowid=False,
)

# A turn that counts and ended at a gate has exactly one gate that is not superseded.
gates = Table(
    "gates",
    metadata,
    Column("id", ID, primary_key=True),
    Column("session_id", ID, nullable=False),
    Column("run_id", ID, _run_key(), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("artifact_hash", HASH, nullable=False),
    Column("summary", JsonText, nullable=False),
    Column("opened", UtcTime, nullable=False),
    Column("decision", JsonText),
    Column("superseded", Boolean, nullable=False, default=False),
    Index("gates_by_run", "run_id", "turn"),
)

# sha256 is that of the content, which is stored compressed.
blobs = Table(
    "blobs",
    metadata,
    Column("sha256", HASH, primary_key=True),
    Column("compressed", LargeBinary, nullable=False),
)

# Which runs need a blob: what no run needs any more goes when a session is deleted.
blob_uses = Table(
    "blob_uses",
    metadata,
    Column("run_id", ID, _run_key(), nullable=False),
    Column("sha256", HASH, nullable=False),
    PrimaryKeyConstraint("run_id", "sha256"),
    ForeignKeyConstraint(["sha256"], ["blobs.sha256"]),
    Index("blob_uses_by_hash", "sha256"),
)

# Model calls, numbered per session. A call of a turn that was rewound stays, with counts = false.
# facts: what `CallFacts` has beside the columns. options: NULL once the call's texts were dropped.
calls = Table(
    "calls",
    metadata,
    Column("session_id", ID, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("run_id", ID, _run_key(), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("provider", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("started", UtcTime, nullable=False),
    Column("facts", JsonText, nullable=False),
    Column("options", JsonText),
    Column("counts", Boolean, nullable=False, default=True),
    PrimaryKeyConstraint("session_id", "number"),
    Index("calls_by_model", "provider", "model", "started"),
    Index("calls_by_run", "run_id"),
)

# The texts of a call, in pieces: what calls have in common is stored once. message: which of the prompt's.
call_parts = Table(
    "call_parts",
    metadata,
    Column("session_id", ID, nullable=False),
    Column("number", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("message", Integer, nullable=False),
    Column("role", Text, nullable=False),
    Column("sha256", HASH, nullable=False),
    PrimaryKeyConstraint("session_id", "number", "position"),
    ForeignKeyConstraint(["session_id", "number"], ["calls.session_id", "calls.number"], ondelete="CASCADE"),
    ForeignKeyConstraint(["sha256"], ["blobs.sha256"]),
    Index("call_parts_by_hash", "sha256"),
)
