"""Who works on a run: a process, named so that others can tell whether it still lives."""

from __future__ import annotations

import os
import socket

import psutil


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
