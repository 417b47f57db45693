"""Blobs by the SHA-256 of their content, and artifacts kept as blobs.

An artifact is a manifest, whose lines `<sha256 of file> <path>` are exactly what its hash is taken
over, and one blob a file: so the hash of an artifact is the name of its manifest.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable

from sqlalchemy import Connection, Table, delete, exists, select, text
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.artifacts import Artifact, SourceFile, sha256_hex
from app.errors import AppError, ErrorKind
from app.store.schema import blob_uses, blobs, call_parts, runs

_MANIFEST_LINE = re.compile(r"([0-9a-f]{64}) (.+)", re.DOTALL)
_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def artifact_blobs(artifact: Artifact) -> list[bytes]:
    """The contents to put for an artifact: its manifest and its files."""
    manifest = "".join(f"{f.sha256} {f.path}\n" for f in artifact.files)
    return [manifest.encode(), *(f.content.encode() for f in artifact.files)]


def put_blobs(conn: Connection, run_id: str, contents: Iterable[bytes]) -> None:
    """Store what is not there yet, as needed by the run.

    In order of hash, all at once: two writers of the same blobs then never wait for each other in a ring.
    """
    hashes = store_blobs(conn, contents)
    _insert_new(conn, blob_uses, [{"run_id": run_id, "sha256": k} for k in hashes])


def store_blobs(conn: Connection, contents: Iterable[bytes]) -> list[str]:
    """As `put_blobs`, for one who notes the need of them elsewhere; their hashes."""
    named = dict(sorted((sha256_hex(content), content) for content in contents))
    _insert_new(conn, blobs, [{"sha256": k, "compressed": zlib.compress(v)} for k, v in named.items()])
    return list(named)


def get_blob(conn: Connection, sha256: str) -> bytes:
    """The content, verified. Raises AppError: not_found, internal where it is not what was stored."""
    row = conn.execute(select(blobs.c.compressed).where(blobs.c.sha256 == sha256)).one_or_none()
    if row is None:
        raise AppError(ErrorKind.NOT_FOUND, f"There is no stored content {sha256}.")
    try:
        content = zlib.decompress(row.compressed)
    except zlib.error as error:
        raise _damaged(sha256) from error
    if sha256_hex(content) != sha256:
        raise _damaged(sha256)
    return content


def get_artifact(conn: Connection, artifact_hash: str) -> Artifact:
    """A kept artifact, every byte verified against the hash. Raises AppError: not_found, internal."""
    lines = [line for line in get_blob(conn, artifact_hash).decode().split("\n") if line]
    parts = [_MANIFEST_LINE.fullmatch(line) for line in lines]
    files = [SourceFile(path=p[2], content=get_blob(conn, p[1]).decode()) for p in parts if p]
    artifact = Artifact.of(files)
    if artifact.hash != artifact_hash:
        raise AppError(ErrorKind.NOT_FOUND, f"{artifact_hash} is not an artifact.")
    return artifact


def check_needed(conn: Connection, session_id: str, sha256: str) -> None:
    """Raise AppError(not_found) unless a run of the session needs the blob."""
    uses = select(blob_uses.c.sha256).join(runs, runs.c.id == blob_uses.c.run_id)
    uses = uses.where(runs.c.session_id == session_id, blob_uses.c.sha256 == sha256)
    if conn.execute(uses).first() is None:
        raise AppError(ErrorKind.NOT_FOUND, f"The session has no version {sha256}.")


def share_blobs(conn: Connection, source: str, target: str) -> None:
    """Let the run `target` need whatever the run `source` needs."""
    needed = conn.execute(select(blob_uses.c.sha256).where(blob_uses.c.run_id == source)).scalars()
    _insert_new(conn, blob_uses, [{"run_id": target, "sha256": sha} for sha in needed])


def blobs_of_session(conn: Connection, session_id: str) -> list[str]:
    """Hashes of the blobs that the session's runs and model calls need, locked as by `lock_blobs`."""
    lock_blobs(conn)
    uses = select(blob_uses.c.sha256).join(runs, runs.c.id == blob_uses.c.run_id)
    of_calls = select(call_parts.c.sha256).where(call_parts.c.session_id == session_id)
    both = uses.where(runs.c.session_id == session_id).union(of_calls)
    return list(conn.execute(both).scalars())


def lock_blobs(conn: Connection) -> None:
    """On PostgreSQL, keep others from putting blobs until the end of the transaction: one of those looked
    at could be needed anew before it is dropped.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(text("LOCK TABLE blobs IN SHARE ROW EXCLUSIVE MODE"))


def drop_unneeded(conn: Connection, hashes: Iterable[str]) -> None:
    """Delete those of the blobs that no run and no model call needs any more."""
    by_run = exists().where(blob_uses.c.sha256 == blobs.c.sha256)
    by_call = exists().where(call_parts.c.sha256 == blobs.c.sha256)
    for sha256 in hashes:
        conn.execute(delete(blobs).where(blobs.c.sha256 == sha256, ~by_run, ~by_call))


def _insert_new(conn: Connection, table: Table, rows: list[dict[str, object]]) -> None:
    if rows:
        conn.execute(_INSERTS[conn.dialect.name](table).on_conflict_do_nothing(), rows)


def _damaged(sha256: str) -> AppError:
    return AppError(
        ErrorKind.INTERNAL,
        f"The stored content {sha256} was changed or damaged after it was stored.",
        "Restore the data folder from a backup, or run the request again.",
    )
