"""What the page keeps with the server: choices of one word, and drafts while they are being written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

MAX_DRAFT: Final = 1_000_000  # characters; a request of the longest texts allowed fits in
MAX_DRAFTS: Final = 100
MAX_KEPT: Final = 4_000_000  # characters of all drafts together
# By name, the values that a choice may have; what was not chosen is not kept.
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "theme": ("light", "dark"),
    "language": ("en", "zh"),
    "notify": ("on", "off"),
    "notify-window": ("on", "off"),
    "diff-layout": ("side", "inline"),
}
_SESSION, _HASH = "[0-9a-f]{1,32}", "[0-9a-f]{64}"
_DRAFTS: Final = re.compile(
    rf"check|draft(:{_SESSION})?|edit:{_SESSION}:{_HASH}|hunks:{_SESSION}:{_HASH}:{_HASH}"
)


def why_not_kept(name: str, value: str | None) -> str:
    """What is wrong with a preference, empty for nothing. value: None forgets it."""
    if name in CHOICES:
        values = CHOICES[name]
        return "" if value is None or value in values else f"must be {' or '.join(values)}, or null"
    if not _DRAFTS.fullmatch(name):
        return "there is no such preference"
    return f"over {MAX_DRAFT} characters" if value is not None and len(value) > MAX_DRAFT else ""


def within_bounds(values: Mapping[str, str]) -> dict[str, str]:
    """Those that are kept: all choices, and the drafts that were written last. values: oldest first."""
    drafts = [name for name in values if name not in CHOICES][::-1]
    total, kept = 0, set[str]()
    for name in drafts[:MAX_DRAFTS]:
        total += len(values[name])
        if total > MAX_KEPT:
            break
        kept.add(name)
    return {name: value for name, value in values.items() if name in CHOICES or name in kept}
