"""Text from models, files and users made fit for a terminal: none of it can steer the terminal."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# CSI, then OSC and the other strings (ended by BEL or ST), then two-character escapes.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"
)
_TAB: Final = " " * 4
_JOINERS: Final = "\u200c\u200d"
MARK: Final = "\N{REPLACEMENT CHARACTER}"


def safe_text(text: str) -> str:
    """The text without escape sequences and control characters; bidirectional controls become a mark.

    A bidi control can make code read differently from what it does, so it is shown rather than dropped.
    Lines end in a newline only; tabs become four blanks.
    """
    plain = _ESCAPES.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", _TAB)
    return "".join(_safe(c) for c in plain)


def safe_line(text: str) -> str:
    """The same in one line."""
    return " ".join(safe_text(text).split())


def _safe(char: str) -> str:
    if char == "\n" or char in _JOINERS:
        return char
    match unicodedata.category(char):
        case "Cc" | "Cs":
            return ""
        case "Cf" | "Zl" | "Zp":
            return MARK
        case _:
            return char
