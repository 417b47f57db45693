"""`replay`: shows a run capsule as `runs show` does a session; no model is used and nothing is kept."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from app.cli.exits import Exit
from app.cli.json_lines import print_json
from app.cli.safe_text import safe_line
from app.cli.services import MakeServices
from app.errors import AppError, ErrorKind
from app.session.exports.capsule import MAX_CAPSULE, Manifest, open_capsule

_TAKEN: Final = {"key": "keys", "secret": "secrets", "path": "folders of users"}


def replay(arguments: argparse.Namespace, _make: MakeServices) -> int:
    """The capsule's events, every byte verified before the first is shown."""
    capsule = open_capsule(_read(arguments.file))
    if arguments.json:
        for event in capsule.events:
            print_json(event.envelope())
        return Exit.OK
    from app.cli.terminal import Terminal  # noqa: PLC0415 - `--json` need not wait for rich
    from app.cli.view import View  # noqa: PLC0415

    print(safe_line(_heading(capsule.manifest)), file=sys.stderr)
    View(Terminal()).replay(list(capsule.events))
    return Exit.OK


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_CAPSULE + 1)
    except OSError as error:
        raise AppError(
            ErrorKind.INVALID_REQUEST, f"{path} cannot be read: {error.strerror}.", "Pick a capsule."
        ) from error


def _heading(manifest: Manifest) -> str:
    taken = ", ".join(f"{count} {_TAKEN[kind]}" for kind, count in manifest.redacted.items() if count)
    made = f"{manifest.made:%Y-%m-%d}"
    return f"Replay of {manifest.session.title!r}, made {made}; taken out: {taken or 'nothing'}."
