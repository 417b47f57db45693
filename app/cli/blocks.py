"""An agent's message cut into prose and fenced code, for display alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[ ]*(.*?)[ ]*$")


@dataclass(frozen=True)
class Prose:
    """Text between blocks."""

    text: str


@dataclass(frozen=True)
class Code:
    """A fenced block; its end may still be missing. language and title: empty where not given."""

    language: str
    title: str
    text: str


def split_blocks(text: str) -> Iterator[Prose | Code]:
    """Prose and code in order; blank prose is left out."""
    lines: list[str] = []
    mark = info = ""
    for line in text.split("\n"):
        fence = _FENCE.match(line)
        closes = fence is not None and bool(mark) and fence[1].startswith(mark) and not fence[2]
        if fence is None or (mark and not closes):
            lines.append(line)
            continue
        yield from _block(lines, info if mark else None)
        lines = []
        mark, info = ("", "") if mark else (fence[1], fence[2])
    yield from _block(lines, info if mark else None)


def _block(lines: list[str], info: str | None) -> Iterator[Prose | Code]:
    text = "\n".join(lines).strip("\n")
    if info is None:
        if text.strip():
            yield Prose(text)
        return
    language, _, title = info.partition(" ")
    yield Code(language, title.strip(), text)
