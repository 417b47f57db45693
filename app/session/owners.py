"""Who works: a process, named so that others can tell whether it still lives."""

from __future__ import annotations

import os
import socket
import uuid
from pathlib import Path

import psutil
from filelock import FileLock

from app.store.occupied import is_locked


def owner_name() -> str:
    """This process as an owner: host, process id and its start, since ids are used again."""
    return f"{socket.gethostname()}:{os.getpid()}:{psutil.Process().create_time():.2f}"


def owner_alive(owner: str) -> bool:
    """Whether a process of this machine still runs; owners elsewhere are left to their lease."""
    host, pid, started = owner.rsplit(":", 2)
    if host != socket.gethostname():
        return True
    try:
        return abs(psutil.Process(int(pid)).create_time() - float(started)) < 1
    except psutil.NoSuchProcess:
        return False


class Presence:
    """This process as an owner of what has no lease: downloads and exams, which files in one folder remember.

    It holds a lock as long as this object lives, which the kernel takes back however the process ends. Host
    and process id would not do: in a container both are others at each start, or the same by chance.
    folder: of the locks.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.name = uuid.uuid4().hex
        self._lock = FileLock(self._path(self.name), thread_local=False)
        self._lock.acquire()
        for path in folder.glob("*.lock"):
            if not is_locked(path):
                path.unlink(missing_ok=True)

    def alive(self, owner: str) -> bool:
        """Whether the process of this name, in this container or another one, still runs."""
        return is_locked(self._path(owner))

    def _path(self, owner: str) -> Path:
        return self._folder / f"{owner}.lock"
