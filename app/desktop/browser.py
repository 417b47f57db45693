"""The system's browser."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

LAUNCH_FILE: Final = "open.html"
_SCHEMES: Final = ("http", "https", "mailto")
_REDIRECT: Final = """\
<!doctype html><meta charset="utf-8"><title>Roundtable</title>
<meta http-equiv="refresh" content="0; url={link}"><a href="{link}">Open Roundtable</a>
"""


def has_screen() -> bool:
    """Whether there can be anything to see."""
    return not sys.platform.startswith("linux") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def open_page(link: str, file: Path) -> bool:
    """Open our page by a link that lets in; False where there is no browser with a screen.

    By way of a file that only its owner can read: the arguments of a process can be read by all users.
    """
    if not has_screen():
        return False
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(_REDIRECT.format(link=link))
    return webbrowser.open(file.as_uri())


def open_elsewhere(url: str) -> bool:
    """Open a link that leads away from our page; False for one that a browser should not be given."""
    return urlsplit(url).scheme in _SCHEMES and webbrowser.open(url)
