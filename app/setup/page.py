"""The page's libraries: which starts need them, and how such a start sees at once whether they are there."""

from __future__ import annotations

import os

from app.setup.environment import ROOT, STAMP, fingerprint, stamped

# What decides about the content of the folder: its stamp holds a line for each.
PACKAGE = "ui/package.json"
LOCK = "ui/package-lock.json"
WANTED = "ui/vendor.json"  # which files of which packages, and their names in the folder
INPUTS = (PACKAGE, LOCK, WANTED)
FOLDER = os.path.join(ROOT, "ui", "vendor")
_COMMANDS = {"--browser", "--install-window", "serve", "test"}
_HELP = {"-h", "--help", "--version"}


def needs_page(arguments: list[str]) -> bool:
    """Whether these arguments of main.py show the page: work in the terminal must not need npm."""
    return not arguments or (arguments[0] in _COMMANDS and not _HELP.intersection(arguments))


def page_is_complete() -> bool:
    """Whether the libraries are those of the committed files. The folder appears whole or not at all."""
    return set(map(fingerprint, INPUTS)) <= stamped(os.path.join(FOLDER, STAMP))
