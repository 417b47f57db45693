"""The page's choices and drafts, in a small file for each person: docs/decisions/0022-page-preferences.md."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from filelock import FileLock
from pydantic import TypeAdapter, ValidationError

from app.domain.artifacts import sha256_hex
from app.domain.preferences import CHOICES, why_not_kept, within_bounds
from app.whole_file import write_whole

_VALUES: Final = TypeAdapter(dict[str, str])
_NAME_LENGTH: Final = 32


class Preferences:
    """A folder with a file for each owner. Thread-safe and safe between processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # By owner, with what tells one writing of the file from another: each page that is opened asks.
        self._choices: dict[str, tuple[tuple[int, int, int], dict[str, str]]] = {}

    def of(self, owner: str) -> dict[str, str]:
        """By name, the one written longest ago first. What is damaged or unknown counts as never chosen."""
        try:
            values = _VALUES.validate_json(self._path(owner).read_bytes())
        except (FileNotFoundError, ValidationError):
            return {}
        return {name: value for name, value in values.items() if not why_not_kept(name, value)}

    def choices(self, owner: str) -> dict[str, str]:
        """Those of one word; the file, long with drafts, is read only where it was written since."""
        try:
            stat = self._path(owner).stat()
        except FileNotFoundError:
            return {}
        written = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        known = self._choices.get(owner)
        if known is None or known[0] != written:
            choices = {name: value for name, value in self.of(owner).items() if name in CHOICES}
            known = self._choices[owner] = (written, choices)
        return dict(known[1])

    def keep(self, owner: str, changed: Mapping[str, str | None]) -> dict[str, str]:
        """Change these, None to forget one, and leave the others; all of them as they are then.

        changed: with nothing that `why_not_kept` objects to. Past the bounds the oldest drafts are forgotten.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._folder / "lock"):
            values = {name: value for name, value in self.of(owner).items() if name not in changed}
            values |= {name: value for name, value in changed.items() if value is not None}
            values = within_bounds(values)
            write_whole(self._path(owner), json.dumps(values))
        return values

    def _path(self, owner: str) -> Path:
        return self._folder / f"{sha256_hex(owner.encode())[:_NAME_LENGTH]}.json"
