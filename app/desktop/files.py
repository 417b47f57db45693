"""Files that the user saves from the window."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path
from typing import Final

_NAME_BYTES: Final = 200  # file systems take 255, and a dialog may add to it


def plain_name(name: str) -> str:
    """A name that the page gives, as one for a file and nothing more."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in last if letter.isprintable())
    suffix = Path(shown).suffix
    room = _NAME_BYTES - len(suffix.encode())
    fitting = _cut(_cut(shown.removesuffix(suffix), room) + suffix, _NAME_BYTES)
    return fitting.strip(". ") or "roundtable"


def replace_file(path: Path, content: bytes) -> None:
    """Written beside it first: a disk that is full must not cost the file that is there. Raises OSError."""
    path = path.resolve()  # what a link leads to is replaced, not the link
    beside = path.with_name(f".roundtable-{secrets.token_hex(8)}")
    try:
        beside.write_bytes(content)
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _cut(text: str, most: int) -> str:
    """The beginning of a text, in whole letters and at most so many bytes."""
    return text.encode()[: max(most, 0)].decode(errors="ignore")
