"""What compilers made, kept for the next run of the same program."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from app.checks.sandbox.base import Program
from app.whole_file import write_whole

MAX_BYTES: Final = 256 << 20  # of all that is kept
_DIGEST: Final = hashlib.sha256().digest_size
_SUFFIX: Final = ".built"

Files = Mapping[str, bytes]


def key_of(program: Program, command: tuple[str, ...], compiler: str) -> str:
    """The same for programs of which a compiler makes the same; their arguments do not matter."""
    digest = hashlib.sha256()
    for part in (
        compiler,
        *command,
        *(f for name in sorted(program.files) for f in (name, program.files[name])),
    ):
        data = part if isinstance(part, bytes) else part.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def pack(files: Files) -> bytes:
    """As a tar archive, every file executable."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """The regular files of a tar archive; whatever else is in it is left out. Raises tarfile.TarError."""
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        members = [m for m in archive.getmembers() if m.isreg()]
        return {m.name.removeprefix("./"): (archive.extractfile(m) or io.BytesIO()).read() for m in members}


class Builds:
    """A folder of bounded size; what was not used for longest goes first."""

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes

    def get(self, key: str) -> Files | None:
        """What was made; None where there is nothing, or not what was kept."""
        path = self._folder / (key + _SUFFIX)
        try:
            data = path.read_bytes()
            os.utime(path)
        except FileNotFoundError:
            return None
        if hashlib.sha256(key.encode() + data[_DIGEST:]).digest() != data[:_DIGEST]:
            return None
        return unpack(data[_DIGEST:])

    def keep(self, key: str, files: Files) -> None:
        """Keep it, and make room where there is too little."""
        self._folder.mkdir(parents=True, exist_ok=True)
        data = pack(files)
        digest = hashlib.sha256(key.encode() + data).digest()
        write_whole(self._folder / (key + _SUFFIX), digest + data)
        self._make_room()

    def _make_room(self) -> None:
        kept = [(path, path.stat()) for path in self._folder.glob(f"*{_SUFFIX}")]
        size = sum(stat.st_size for _, stat in kept)
        for path, stat in sorted(kept, key=lambda pair: pair[1].st_mtime_ns):
            if size <= self._max_bytes:
                return
            path.unlink(missing_ok=True)
            size -= stat.st_size
