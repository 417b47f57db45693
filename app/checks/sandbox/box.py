"""The temporary folder that a sandboxed program sees as /box."""

from __future__ import annotations

import itertools
import os
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app.checks.sandbox.base import Limits

PREFIX = "box-"
STALE_SECONDS = 3600.0


@contextmanager
def open_box(files: Mapping[str, bytes], parent: Path) -> Generator[Path]:
    """A fresh folder below `parent` with copies of `files`; gone afterwards, whatever was done to it."""
    parent.mkdir(parents=True, exist_ok=True)
    box = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    try:
        for name, content in files.items():
            path = box / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        yield box
    finally:
        remove_tree(box)


def remove_stale(parent: Path) -> None:
    """Remove boxes that were left behind by a process that was killed."""
    for box in parent.glob(f"{PREFIX}*"):
        if time.time() - box.stat().st_mtime > STALE_SECONDS:
            remove_tree(box)


def over_limits(box: Path, limits: Limits) -> bool:
    """Whether the box holds more than the limits allow; symbolic links are counted, never followed.

    What cannot be listed (a path too long, say) counts as over: an honest program leaves nothing like it.
    """
    entries = size = 0
    pending = [os.fspath(box)]
    while pending:
        try:
            with os.scandir(pending.pop()) as found:
                for entry in found:
                    entries += 1
                    size += entry.stat(follow_symlinks=False).st_size
                    if entries > limits.entries or size > limits.disk_mb << 20:
                        return True
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
        except FileNotFoundError:
            continue  # removed by the program while we looked
        except OSError:
            return True
    return False


def remove_tree(root: Path) -> None:
    """Remove a folder of any depth without following links.

    `shutil.rmtree` recurses and a program can nest folders deeper than the stack allows, or than a path
    can name; so folders are moved up to the root first, where every path is short.
    """
    numbers = itertools.count()
    while entries := list(root.iterdir()):
        for entry in entries:
            if entry.is_dir() and not entry.is_symlink():
                for child in list(entry.iterdir()):
                    child.rename(root / f".moved-{next(numbers)}")
                entry.rmdir()
            else:
                entry.unlink()
    root.rmdir()
