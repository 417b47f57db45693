"""Exams of models, kept by digest in a folder of small files, each with its evidence."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from app.domain.artifacts import sha256_hex
from app.domain.exams import Exam
from app.whole_file import write_whole

KEPT: Final = 60  # exams
# A service may change what stands behind a name at any time, and tells nobody.
SERVICE_DAYS: Final = 30
_NAME_LENGTH: Final = 32
_MARK: Final = TypeAdapter(tuple[str, str, str])  # owner, provider, model

log = logging.getLogger(__name__)


def service_digest(provider: str, model: str, day: datetime) -> str:
    """In place of the digest of weights that nobody sees."""
    return f"{provider}:{model}@{day:%Y-%m-%d}"


@dataclass(frozen=True)
class Kept:
    """The newest exam under a model's name. stale: it was of other weights, or is too old to tell."""

    exam: Exam
    stale: bool


class Exams:
    """The folder of exams. Thread-safe and safe between processes: files are written whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, exam: Exam) -> None:
        """Replaces an earlier one of the same digest."""
        write_whole(self._path(exam.digest), exam.model_dump_json())
        for path in self._files()[KEPT:]:
            path.unlink(missing_ok=True)

    def of(self, digest: str) -> Exam | None:
        """The exam of exactly these weights; None for "", which are those of a service."""
        return _read(self._path(digest)) if digest else None

    def find(self, provider: str, model: str, digest: str) -> Kept | None:
        """What is known of a model. digest: as it is now, "" for a service."""
        if exam := self.of(digest):
            return Kept(exam, stale=False)
        named = (e for e in self.all() if (e.provider, e.model) == (provider, model))
        newest = max(named, key=lambda e: e.when, default=None)
        if newest is None:
            return None
        too_old = datetime.now(UTC) - newest.when > timedelta(days=SERVICE_DAYS)
        is_service = newest.digest == service_digest(provider, model, newest.when)
        return Kept(newest, stale=bool(digest) or not is_service or too_old)

    def any(self) -> bool:
        """Whether any model was examined."""
        return bool(self._files())

    def all(self) -> Iterator[Exam]:
        """The newest first; a file that cannot be read is passed over: it can be made again."""
        return (exam for path in self._files() if (exam := _read(path)))

    def begun(self, owner: str, provider: str, model: str) -> None:
        """Remember that a process examines a model, for when it ends before the exam does."""
        write_whole(self._mark(owner), json.dumps([owner, provider, model]))

    def over(self, owner: str) -> None:
        """What `begun` remembers is no longer so."""
        self._mark(owner).unlink(missing_ok=True)

    def interrupted(self, alive: Callable[[str], bool]) -> list[tuple[str, str]]:
        """Provider and model of exams whose process has ended on the way; each is told once."""
        found: list[tuple[str, str]] = []
        for path in self._folder.glob("*.mark"):
            mark = _read_mark(path)
            if mark and alive(mark[0]):
                continue
            try:
                path.unlink()
            except FileNotFoundError:  # another process has told it
                continue
            except OSError as error:
                log.warning("a mark of an exam cannot be removed: %s", error)
            if mark:
                found.append(mark[1:])
        return found

    def _mark(self, owner: str) -> Path:
        return self._folder / f"{sha256_hex(owner.encode())[:_NAME_LENGTH]}.mark"

    def _files(self) -> list[Path]:
        found = [(path.stat().st_mtime_ns, path) for path in self._folder.glob("*.json")]
        return [path for _, path in sorted(found, reverse=True)]

    def _path(self, digest: str) -> Path:
        return self._folder / f"{sha256_hex(digest.encode())[:_NAME_LENGTH]}.json"


def _read(path: Path) -> Exam | None:
    try:
        return Exam.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def _read_mark(path: Path) -> tuple[str, str, str] | None:
    """None for one that says nothing: older programs left an empty one where the power failed."""
    try:
        return _MARK.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
