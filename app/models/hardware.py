"""What this machine has that matters to a model: cores, memory, disk and graphics processor."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

_SMI_QUERY = ("--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits")
_SMI_SECONDS = 5


@dataclass(frozen=True)
class Gpu:
    """A graphics processor; memory in bytes. unified: it uses the machine's own memory."""

    name: str
    memory_total: int
    memory_free: int
    unified: bool = False


@dataclass(frozen=True)
class Hardware:
    """cores: physical ones this process may use. Memory and disk in bytes; disk_free of `disk`."""

    cores: int
    memory_total: int
    memory_available: int
    disk: Path
    disk_free: int
    gpus: tuple[Gpu, ...] = ()


def physical_cores() -> int:
    """Physical cores this process may use. Engine threads spin, so a thread more than this slows all."""
    physical = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    if sys.platform == "linux":
        return max(1, min(physical, len(os.sched_getaffinity(0))))
    return physical


def survey(disk: Path) -> Hardware:
    """Look at the machine. disk: a folder, or one that is yet to be made, on the disk in question."""
    memory = psutil.virtual_memory()
    return Hardware(
        cores=physical_cores(),
        memory_total=memory.total,
        memory_available=memory.available,
        disk=disk,
        disk_free=disk_free(disk),
        gpus=graphics(),
    )


def disk_free(folder: Path) -> int:
    """Bytes free on the disk that `folder` is on, or would be once made."""
    there = folder.absolute()
    while not there.exists():
        there = there.parent
    return shutil.disk_usage(there).free


def online() -> bool:
    """Whether any network but the machine's own is up."""
    up = {name for name, facts in psutil.net_if_stats().items() if facts.isup}
    families = (socket.AF_INET, socket.AF_INET6)
    return any(
        a.family in families and not a.address.startswith(("127.", "::1", "fe80:"))
        for name, addresses in psutil.net_if_addrs().items()
        if name in up
        for a in addresses
    )


def graphics() -> tuple[Gpu, ...]:
    """NVIDIA cards as their own tool tells, or the processor of an Apple Silicon machine."""
    if sys.platform == "darwin" and platform.machine() == "arm64":
        memory = psutil.virtual_memory()
        return (Gpu("Apple Silicon", memory.total, memory.available, unified=True),)
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ()
    try:
        told = subprocess.run(
            (tool, *_SMI_QUERY), capture_output=True, text=True, timeout=_SMI_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return parse_nvidia_smi(told.stdout)


def parse_nvidia_smi(text: str) -> tuple[Gpu, ...]:
    """Lines `name, total MiB, free MiB`; lines without figures (`[N/A]`) are left out."""
    rows = [[cell.strip() for cell in line.rsplit(",", 2)] for line in text.splitlines()]
    return tuple(
        Gpu(row[0], int(row[1]) << 20, int(row[2]) << 20)
        for row in rows
        if len(row) == 3 and row[1].isdigit() and row[2].isdigit()
    )


def kv_room(kv_bytes: int, needed_bytes: int, extra_bytes: int = 0) -> int:
    """Tokens whose KV cache fits into memory beside what else is needed.

    kv_bytes: per token. needed_bytes: weights and work space. extra_bytes: memory besides what is
    available now, such as that of a graphics card or of a model that would be unloaded.
    """
    return max(0, (psutil.virtual_memory().available + extra_bytes - needed_bytes) // kv_bytes)
