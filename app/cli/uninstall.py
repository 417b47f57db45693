"""`uninstall`: says what this program has put on the machine, asks, and removes what was named."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.cli.exits import Exit
from app.cli.parser import usage_error
from app.cli.services import MakeServices, Services
from app.errors import AppError, ErrorKind
from app.program import FROZEN, PROGRAM_DIR
from app.settings import read_environment
from app.settings.load import FILES
from app.settings.places import user_config_folder
from app.store.occupied import APP_LOCK, in_use

# What the program writes into its data folder. ROUNDTABLE_HOME may name one that holds other things, too.
_DATA: Final = (
    "roundtable.db*", "logs", "weights", "sandbox", "exams", "preferences", "webview", "abilities.json",
    "pulls.json", "ollama.log", "window.json", "runtime.json", "open.html", APP_LOCK,
)  # fmt: skip
_CONFIG: Final = (*FILES, "weights.yaml", "prompts")
# What marks an environment that the program made; app.setup.environment writes it.
STAMP: Final = "roundtable-set-up.txt"
_HOW_FROZEN: Final = "Remove the program itself in the way in which you installed it."
_YES: Final = ("y", "yes")


@dataclass(frozen=True)
class Found:
    """What is on the machine. keys: names of entries in the keyring. environment: of the packages."""

    keys: Sequence[str]
    data: list[Path]
    folders: list[Path]
    environment: Path | None


def uninstall(arguments: argparse.Namespace, make: MakeServices) -> int:
    """Keys go first: where the keyring cannot be asked, nothing at all is removed."""
    services = make({})
    home = services.settings.home
    if in_use(home, _database(services)):
        raise AppError(
            ErrorKind.CONFLICT, f"Roundtable works with {home} right now.", "End it, then try again."
        )
    found = _look(services, with_keys=arguments.keys)
    chosen = Found(
        found.keys if arguments.keys else [],
        found.data if arguments.data else [],
        found.folders,
        found.environment if arguments.environment else None,
    )
    _tell("This will be removed:", chosen)
    _tell("This stays:", _without(found, chosen))
    if not (chosen.keys or chosen.data or chosen.environment):
        print("Nothing to remove; --keys, --data and --environment say what is to go.")
        return Exit.OK
    if not arguments.yes and not _agreed():
        print("Nothing was removed.")
        return Exit.UNDECIDED
    return _remove_all(services, chosen)


def _remove_all(services: Services, chosen: Found) -> int:
    if chosen.keys:
        services.keys.remove_all()
    left = list(_remove(chosen.data))
    for folder in _not_empty(chosen.folders) if chosen.data else ():
        print(f"Kept, since it holds other things: {folder}")
    # Last: what is not imported by now cannot be imported any more.
    left += _remove([chosen.environment]) if chosen.environment else []
    for line in left:
        print(f"Could not be removed: {line}", file=sys.stderr)
    print(_HOW_FROZEN if FROZEN else f"The program itself is the folder {PROGRAM_DIR}: delete it.")
    return Exit.FAILED if left else Exit.OK


def _look(services: Services, *, with_keys: bool) -> Found:
    home, config = services.settings.home, user_config_folder(read_environment())
    data = [path for name in _DATA for path in sorted(home.glob(name))]
    data += [config / name for name in _CONFIG if os.path.lexists(config / name)]
    return Found(_kept(services, needed=with_keys), data, [config, home], _environment())


def _kept(services: Services, *, needed: bool) -> Sequence[str]:
    try:
        return services.keys.kept()
    except AppError as error:
        if needed:
            raise
        print(f"Whether keys are kept cannot be told: {error.message}.")
        return []


def _environment() -> Path | None:
    """That of the packages, where the program has made it. Windows lets nobody delete what is running."""
    folder = Path(sys.prefix)
    ours = sys.prefix != sys.base_prefix and (folder / STAMP).is_file()
    return folder if ours and not FROZEN and os.name != "nt" else None


def _without(found: Found, chosen: Found) -> Found:
    return Found(
        [] if chosen.keys else found.keys,
        [] if chosen.data else found.data,
        found.folders,
        None if chosen.environment else found.environment,
    )


def _tell(heading: str, found: Found) -> None:
    lines = [f"  key          {name}" for name in found.keys]
    lines += [f"  data         {path} ({_size(path)})" for path in found.data]
    lines += [f"  environment  {path} ({_size(path)})" for path in [found.environment] if path]
    if lines:
        print("\n".join([heading, *lines]))


def _agreed() -> bool:
    if not sys.stdin.isatty():
        usage_error("uninstall asks before it removes anything; without a terminal say --yes")
    return input("Remove it? [y/N] ").strip().lower() in _YES


def _remove(paths: Iterable[Path]) -> Iterator[str]:
    """What could not be removed, and why. A link goes, never what it leads to."""
    for path in paths:
        try:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            yield f"{path}: {error.strerror}"


def _not_empty(folders: Iterable[Path]) -> Iterator[Path]:
    """Removes folders in which nothing of anybody is left; the others."""
    for folder in folders:
        if folder.is_dir() and any(folder.iterdir()):
            yield folder
        elif folder.is_dir() and not folder.is_symlink():
            folder.rmdir()


def _database(services: Services) -> Path:
    """Of a database on a server nothing is known here, and nothing of it is removed."""
    kind, _, path = services.settings.database_url.partition(":///")
    return Path(path) if kind == "sqlite" else services.settings.home / "roundtable.db"


def _size(path: Path) -> str:
    files = path.rglob("*") if path.is_dir() and not path.is_symlink() else [path]
    return f"{sum(file.lstat().st_size for file in files) / 1e6:.1f} MB"
