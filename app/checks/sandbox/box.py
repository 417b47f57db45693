"""The temporary folder that a sandboxed program sees as /box."""

from __future__ import annotations

import itertools
import os
import stat
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app.checks.sandbox.base import Limits
from app.errors import AppError, ErrorKind

PREFIX = "box-"
STALE_SECONDS = 3600.0


@contextmanager
def open_box(
    files: Mapping[str, bytes], parent: Path, *, mode: int = 0o644, owner: int | None = None
) -> Generator[Path]:
    """A fresh folder below `parent` with copies of `files`; gone afterwards, whatever was done to it.

    mode: of the files. owner: user to whom all of it is given; only root can.
    """
    parent.mkdir(parents=True, exist_ok=True)
    box = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    try:
        for name, content in files.items():
            path = box / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(mode)
        if owner is not None:
            for path in (box, *box.rglob("*")):
                os.chown(path, owner, owner)
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


def read_regular_files(box: Path, limits: Limits) -> dict[str, bytes]:
    """What a program that has ended left there, by relative path; links and devices are left out.

    Raises AppError(internal) where it is more than the limits allow.
    """
    if over_limits(box, limits):
        raise AppError(ErrorKind.INTERNAL, "The compiler made more than is allowed.")
    found: dict[str, bytes] = {}
    for folder, _, names in os.walk(box):  # follows no links
        for path in (Path(folder, name) for name in names):
            if stat.S_ISREG(path.lstat().st_mode):
                found[path.relative_to(box).as_posix()] = _read(path)
    return found


def _read(path: Path) -> bytes:
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
        return file.read()


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
