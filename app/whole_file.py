"""Files that are replaced whole: who reads one sees it before or after, never in between."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Final

OWNER_ONLY: Final = 0o600
FOR_ALL: Final = 0o644  # as a user's own programs write files
# Of a file that is being written; only a process that is killed leaves one.
UNFINISHED: Final = ".roundtable-new-"
_TRIES: Final = 10
_PAUSE: Final = 0.05  # seconds


def write_whole(path: Path, content: bytes | str, *, mode: int = OWNER_ONLY) -> None:
    """Replace the file, making its folder; it is on the disk when this returns. mode: who may read it.

    Raises OSError; the file is then as it was, and nothing is left beside it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED)
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())  # else a power failure may leave the new name with nothing in it
        new.chmod(mode)
        _put(new, path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _put(new: Path, path: Path) -> None:
    """Windows replaces no file that somebody has open, as its readers have it for a moment."""
    for _ in range(_TRIES - 1):
        try:
            new.replace(path)
        except PermissionError:
            time.sleep(_PAUSE)
        else:
            return
    new.replace(path)
