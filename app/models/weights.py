"""The weights of the builtin engine: find them, or fetch and verify them."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from filelock import AcquireReturnProxy, FileLock, Timeout

from app.errors import AppError, ErrorKind
from app.models.download import Meter, PartialFile, ProgressCallback, SourceError, sha256_of
from app.models.download_http import DEFAULT_ENDPOINT, HuggingFace
from app.models.download_index import PackageIndex
from app.models.installed_weights import installed_copies
from app.models.weight_table import WeightSpec

_LOCK_LOOK = 0.3
_SPARE_BYTES = 64 << 20


class Source(Protocol):
    """A place to fetch from. fetch: append the missing rest, or raise SourceError."""

    name: str

    async def fetch(self, spec: WeightSpec, partial: PartialFile, meter: Meter) -> None: ...


def default_sources() -> tuple[Source, ...]:
    """Hugging Face (or the host HF_ENDPOINT names), then the package index."""
    return HuggingFace(os.environ.get("HF_ENDPOINT") or DEFAULT_ENDPOINT), PackageIndex()


class WeightStore:
    """Verified weights in `<home>/weights`, or used in place where another program has them.

    home: the data folder. table: from `load_weight_table`. sources: where to fetch from, in order.
    Several processes may use the same folder; one of them downloads, the others watch.
    """

    def __init__(
        self, home: Path, table: Mapping[str, WeightSpec], sources: Sequence[Source] | None = None
    ) -> None:
        self._folder = home / "weights"
        self._table = table
        self._sources = default_sources() if sources is None else sources

    @property
    def ids(self) -> list[str]:
        return list(self._table)

    def spec(self, weight_id: str) -> WeightSpec:
        """Raises AppError(not_found) naming what there is."""
        try:
            return self._table[weight_id]
        except KeyError:
            known = ", ".join(self._table)
            raise AppError(
                ErrorKind.NOT_FOUND, f"The builtin engine has no model {weight_id!r}.", f"It has: {known}."
            ) from None

    def at_hand(self, weight_id: str) -> bool:
        """Whether a file of the right length is here, without reading it: `path` has the last word."""
        spec = self.spec(weight_id)
        return self._own(spec) is not None or any(installed_copies(spec))

    async def path(self, weight_id: str) -> Path | None:
        """Where the verified file is, None where it has to be fetched. A copy from elsewhere is hashed
        the first time it is seen (a few seconds per gigabyte).
        """
        spec = self.spec(weight_id)
        if own := self._own(spec):
            return own
        for copy in installed_copies(spec):
            if await self._verified(copy, spec):
                return copy
        return None

    async def ensure(self, weight_id: str, progress: ProgressCallback | None = None) -> Path:
        """The verified file, fetched if need be. Cancel the task to stop; the next call goes on there.

        Raises AppError: not_found for an unknown id, config where the disk is too full, transient where
        no source delivers the right bytes, with what each of them did.
        """
        spec = self.spec(weight_id)
        if found := await self.path(weight_id):
            return found
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._folder / f"{spec.file}.lock")
        await self._acquire(lock, spec, progress)
        try:
            return await self.path(weight_id) or await self._fetch(spec, progress)
        finally:
            lock.release()

    def discard(self, weight_id: str) -> None:
        """Throw away what has arrived of a file. Raises AppError(conflict) while it is being fetched."""
        spec = self.spec(weight_id)
        with self._alone(spec):
            self._partial_path(spec).unlink(missing_ok=True)

    def remove(self, weight_id: str) -> None:
        """Delete our own file. Raises AppError: conflict while it is being fetched or where the file belongs
        to another program, model_missing where there is none.
        """
        spec = self.spec(weight_id)
        with self._alone(spec):
            if own := self._own(spec):
                own.unlink()
                return
        if copy := next(installed_copies(spec), None):
            raise AppError(
                ErrorKind.CONFLICT,
                f"{spec.title} is used where it lies: {copy}.",
                "The file belongs to another program or was put there by you, so delete it there.",
            )
        raise AppError(ErrorKind.MODEL_MISSING, f"{spec.title} is not on this machine.", "Look again.")

    def _alone(self, spec: WeightSpec) -> AcquireReturnProxy[FileLock]:
        """The lock of a file, taken; leaving it as a context lets go of it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            return FileLock(self._folder / f"{spec.file}.lock").acquire(timeout=0)
        except Timeout as error:
            raise AppError(
                ErrorKind.CONFLICT, f"{spec.title} is being downloaded.", "Cancel the download first."
            ) from error

    async def _acquire(self, lock: FileLock, spec: WeightSpec, progress: ProgressCallback | None) -> None:
        """Take the lock; while another process has it, show how far that one is."""
        meter = Meter(spec.bytes, "another process", progress)
        partial = self._partial_path(spec)
        while True:
            try:
                lock.acquire(timeout=0)
            except Timeout:
                meter.update(partial.stat().st_size if partial.exists() else 0)
                await asyncio.sleep(_LOCK_LOOK)
            else:
                return

    async def _fetch(self, spec: WeightSpec, progress: ProgressCallback | None) -> Path:
        partial = PartialFile(self._partial_path(spec), spec.bytes)
        try:
            self._check_disk(spec, partial)
            await partial.rehash(Meter(spec.bytes, "this disk", progress))
            failures: list[str] = []
            for source in self._sources:
                meter = Meter(spec.bytes, source.name, progress)
                try:
                    await _fetch_verified(source, spec, partial, meter)
                except SourceError as error:
                    failures.append(f"{source.name} {error}")
                else:
                    partial.publish(self._folder / spec.file)
                    return self._folder / spec.file
        finally:
            partial.close()
            if partial.path.exists() and not partial.size:
                partial.path.unlink()
        raise AppError(
            ErrorKind.TRANSIENT,
            f"{spec.title} could not be fetched: {'; '.join(failures) or 'no source is set'}.",
            "Check the connection and try again; what arrived is kept. Or put the file "
            f"{spec.file} into a folder and name that folder in ROUNDTABLE_WEIGHTS_DIR.",
        )

    def _own(self, spec: WeightSpec) -> Path | None:
        own = self._folder / spec.file
        return own if own.is_file() and own.stat().st_size == spec.bytes else None

    def _partial_path(self, spec: WeightSpec) -> Path:
        return self._folder / f"{spec.file}.partial"

    def _check_disk(self, spec: WeightSpec, partial: PartialFile) -> None:
        part = spec.index.part_bytes if spec.index else 0
        need = spec.bytes - partial.size + part + _SPARE_BYTES
        free = shutil.disk_usage(self._folder).free
        if need > free:
            raise AppError(
                ErrorKind.CONFIG,
                f"{spec.title} needs {_mb(need)} in {self._folder}, and {_mb(free)} are free.",
                f"Free {_mb(need - free)} there, or set ROUNDTABLE_HOME to a folder on another disk.",
            )

    async def _verified(self, copy: Path, spec: WeightSpec) -> bool:
        """Whether a copy from elsewhere has the right content; a marker keeps a yes until it changes."""
        facts = copy.stat()  # noqa: ASYNC240 - as quick as the check that found it
        stamp = f"{copy} {facts.st_size} {facts.st_mtime_ns} {spec.sha256}"
        marker = self._folder / "verified" / hashlib.sha256(stamp.encode()).hexdigest()
        if marker.exists():
            return True
        if await sha256_of(copy) != spec.sha256:
            return False
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
        return True


async def _fetch_verified(source: Source, spec: WeightSpec, partial: PartialFile, meter: Meter) -> None:
    """Fetch the rest and compare the hash. Bytes left by an earlier source may be the wrong ones, so
    a source that did not send them all gets a second go from the start.
    """
    while True:
        own = partial.size == 0
        await source.fetch(spec, partial, meter)
        if partial.hexdigest() == spec.sha256:
            return
        partial.restart()
        if own:
            raise SourceError("sends a file with the wrong content")


def _mb(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"
