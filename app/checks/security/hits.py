"""What an engine found, before it is told as a finding."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Hit:
    """rule: its id. line: from 1; None if unknown. excerpt: the code meant; empty if it must not be shown."""

    rule: str
    line: int | None
    excerpt: str = ""


EXCERPT = 80


def excerpt_of(lines: list[str], line: int | None) -> str:
    """The line without the space around it, cut to what can be read at a glance."""
    if line is None or not 0 < line <= len(lines):
        return ""
    text = " ".join(lines[line - 1].split())
    return text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…"
