"""Tells in a run's log how far a download is that the run has to wait for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.models.download import Progress

Note = Callable[[str, dict[str, Any]], None]
_STEP: Final = 5  # percent
_MB: Final = 1e6


class DownloadNotes:
    """A progress callback that notes every twentieth of the way, and the end.

    note: called with words for the user and data {kind, model, percent, bytes_done, bytes_total}.
    """

    def __init__(self, model: str, note: Note) -> None:
        self._model = model
        self._note = note
        self._due = 0

    def __call__(self, now: Progress) -> None:
        percent = 100 * now.bytes_done // now.bytes_total if now.bytes_total else 0
        if percent < self._due:
            return
        self._due = percent - percent % _STEP + _STEP
        how_far = f"{percent} % of {now.bytes_total / _MB:,.0f} MB from {now.source}"
        rate = f", {now.rate / _MB:.1f} MB/s" if now.rate else ""
        self._note(
            f"Fetching {self._model}: {how_far}{rate}",
            {
                "kind": "download",
                "model": self._model,
                "percent": percent,
                "bytes_done": now.bytes_done,
                "bytes_total": now.bytes_total,
            },
        )
