"""Files that a command was asked to write."""

from __future__ import annotations

from pathlib import Path

from app.errors import AppError, ErrorKind
from app.whole_file import FOR_ALL, write_whole


def write_output(target: Path, content: bytes, hint: str) -> Path:
    """Replace the file; its path. hint: how to name another one. Raises AppError(config)."""
    try:
        write_whole(target, content, mode=FOR_ALL)
    except OSError as error:
        raise AppError(ErrorKind.CONFIG, f"{target} cannot be written: {error.strerror}.", hint) from error
    return target
