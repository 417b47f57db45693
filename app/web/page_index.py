"""index.html as it is sent: each version of the page's files has addresses of its own, so they can be kept.

It also names every module that the page is made of, so that a browser asks for all of them at once, and not
for each only when the one that needs it has come.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_OWN: Final = ("css", "js")
_ENTRIES: Final = ("js/main.js", "js/page.js")  # the second needs the words, which the first sees to
_IMPORT: Final = re.compile(
    r"""^(?:import|export)\b[^;"'(]*["']((?:\.{1,2}|/ui)/[^"']+\.js)["']""", re.MULTILINE
)
_ADDRESS: Final = re.compile(r'"/ui/((?:css|js|vendor)/[^"]+)"')
_FROM_THE_START: Final = ("theme", "language")
_HTML: Final = '<html lang="en"'
_NAMED: Final = re.compile(r"@([0-9a-f]{12})/(.+)")


class Index:
    """Made anew when a file of the page has changed. folder: of the page."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = ("", "")

    def html(self) -> str:
        """The page, for the files as they are now."""
        version = self._version()
        known, text = self._made
        if known != version:
            text = self._make(version)
            self._made = (version, text)
        return text

    def _version(self) -> str:
        files = sorted(path for own in _OWN for path in (self._folder / own).rglob("*.*"))
        files += [self._folder / "index.html", self._folder / "vendor" / "manifest.json"]
        stats = [(path, path.stat()) for path in files if path.is_file()]
        seen = "\n".join(f"{path} {stat.st_mtime_ns} {stat.st_size}" for path, stat in stats)
        return hashlib.sha256(seen.encode()).hexdigest()[:12]

    def _make(self, version: str) -> str:
        text = (self._folder / "index.html").read_text(encoding="utf-8")
        needed = "\n".join(
            f'    <link rel="modulepreload" href="/ui/{name}" />' for name in _modules(self._folder)
        )
        return _ADDRESS.sub(rf'"/ui/@{version}/\1"', text.replace("  </head>", f"{needed}\n  </head>"))


def as_chosen(html: str, choices: Mapping[str, str]) -> str:
    """With the theme and the language that were chosen, so that both are right from the first paint on.

    choices: as `app.domain.preferences` allows them, so nothing in them has to be escaped.
    """
    chosen = "".join(f' data-{name}="{choices[name]}"' for name in _FROM_THE_START if name in choices)
    return html.replace(_HTML, f"{_HTML}{chosen}", 1)


def address(name: str) -> tuple[str, str]:
    """From what follows /ui/: a file's name below the folder, and its version, empty where none is named."""
    named = _NAMED.fullmatch(name)
    return (named[2], named[1]) if named else (name, "")


def of_version(script: bytes, version: str) -> bytes:
    """A script that takes the libraries of its version; its other files it names by their place anyway."""
    return script.replace(b"/ui/vendor/", f"/ui/@{version}/vendor/".encode())


def _modules(folder: Path) -> list[str]:
    """Every module that the page needs from the first, by name below the folder; those that import first."""
    found: list[str] = list(_ENTRIES)
    for name in found:  # grows meanwhile
        path = folder / name
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        for needed in _IMPORT.findall(text):
            absolute = needed.removeprefix("/ui/") if needed.startswith("/") else None
            file = absolute or posixpath.normpath(posixpath.join(posixpath.dirname(name), needed))
            if file not in found:
                found.append(file)
    return found
