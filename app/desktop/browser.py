"""The system's browser."""

from __future__ import annotations

import logging
import os
import sys
import time
import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import platformdirs

from app.whole_file import write_whole

log = logging.getLogger(__name__)

_SCHEMES: Final = ("http", "https", "mailto")
_HOLDS: Final = 300.0  # seconds; by then its code is spent or void (app/web/access.py)
_REDIRECT: Final = """\
<!doctype html><meta charset="utf-8"><title>Roundtable</title>
<meta http-equiv="refresh" content="0; url={link}"><a href="{link}">Open Roundtable</a>
"""


def has_screen() -> bool:
    """Whether there can be anything to see."""
    return not sys.platform.startswith("linux") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


class LaunchFile:
    """Leads the browser to our page, and lets it in. Only its owner can read it, while all users can read the
    arguments of a process.

    On Linux it is among the downloads: a browser that is a snap or flatpak may read neither hidden folders,
    as those around our data are, nor our /tmp. folder: for it elsewhere. link: to the page, of any kind.
    """

    def __init__(self, folder: Path, link: str) -> None:
        downloads = platformdirs.user_downloads_path()
        visible = sys.platform.startswith("linux") and downloads.is_dir()
        self._path = (downloads if visible else folder) / f"roundtable-{urlsplit(link).port}.html"

    def open(self, link: str) -> bool:
        """Open the page by a link that lets in once; False where there is no browser with a screen."""
        if not has_screen():
            return False
        try:
            write_whole(self._path, _REDIRECT.format(link=link))
        except OSError as error:
            log.warning("the browser cannot be opened: %s", error)
            return False
        return webbrowser.open(self._path.as_uri())

    def remove_old(self) -> None:
        """Once it lets nobody in any more, whoever wrote it."""
        with suppress(OSError):
            if time.time() - self._path.stat().st_mtime > _HOLDS:
                self._path.unlink()

    def remove(self) -> None:
        """What it leads to is no more."""
        with suppress(OSError):
            self._path.unlink()


def open_elsewhere(url: str) -> bool:
    """Open a link that leads away from our page; False for one that a browser should not be given."""
    return urlsplit(url).scheme in _SCHEMES and webbrowser.open(url)
