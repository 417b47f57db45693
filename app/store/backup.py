"""A copy of a database file before a newer program changes its schema."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from app.errors import AppError, ErrorKind

log = logging.getLogger(__name__)


def backup_path(database: Path, version: int) -> Path:
    """Where the copy of a database of an older version is kept: beside it, `NAME.version-N`."""
    return database.with_name(f"{database.name}.version-{version}")


def back_up(database: Path, version: int) -> None:
    """Copy what is committed, also while another connection writes; a copy of the same version is replaced.
    Whoever may read the database, and nobody else, may read its copy.

    Raises AppError(config) where it cannot be written; the database is then as it was.
    """
    kept = backup_path(database, version)
    unfinished = kept.with_name(f"{kept.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(unfinished)) as target:
            source.backup(target)
        shutil.copymode(database, unfinished)
        unfinished.replace(kept)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):  # half a copy would only keep a full disk full
            unfinished.unlink(missing_ok=True)
        raise AppError(
            ErrorKind.CONFIG,
            f"The database is of an older version, and its copy {kept} cannot be written.",
            "Make room on the disk, or let the folder be written to; nothing has been changed yet.",
        ) from error
    log.info("the database was of version %d; it is kept as %s", version, kept)
