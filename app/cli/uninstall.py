"""`uninstall`: says what this program has put on the machine, asks, and removes what was named."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from app.cli.exits import Exit
from app.cli.parser import usage_error
from app.cli.services import MakeServices, Services
from app.errors import AppError, ErrorKind
from app.program import FROZEN, PROGRAM_DIR
from app.settings import read_environment
from app.settings.load import FILES
from app.settings.places import user_config_folder
from app.store.database import sqlite_file
from app.store.occupied import APP_LOCK, is_open
from app.whole_file import UNFINISHED

# What the program writes into its data folder. ROUNDTABLE_HOME may name one that holds other things, too.
_DATA: Final = (
    "roundtable.db*", "logs", "weights", "sandbox", "exams", "preferences", "processes", "webview",
    "abilities.json", "abilities.lock", "pulls.json", "pulls.lock", "ollama.log", "window.json",
    "runtime.json", "open.html", "roundtable-*.html", f"{UNFINISHED}*",
)  # fmt: skip
_CONFIG: Final = (*FILES, "weights.yaml", "prompts")
# What marks an environment that the program made; app.setup.environment writes it.
STAMP: Final = "roundtable-set-up.txt"
_HOW_FROZEN: Final = "Remove the program itself in the way in which you installed it."
_YES: Final = ("y", "yes")


@dataclass(frozen=True)
class Found:
    """What is on the machine. keys: names of entries in the keyring. environment: of the packages.

    elsewhere: a database that the user has put where the program removes nothing.
    """

    keys: Sequence[str]
    data: list[Path]
    folders: list[Path]
    environment: Path | None
    elsewhere: list[Path]


def uninstall(arguments: argparse.Namespace, make: MakeServices) -> int:
    """Keys go first: where the keyring cannot be asked, nothing at all is removed."""
    services = make({})
    with _app_kept_out(services.settings.home):
        _check_closed(services)
        found = _look(services, with_keys=arguments.keys)
        chosen = Found(
            found.keys if arguments.keys else [],
            found.data if arguments.data else [],
            found.folders,
            found.environment if arguments.environment else None,
            [],
        )
        _tell("This will be removed:", chosen)
        _tell("This stays:", _without(found, chosen))
        if not (chosen.keys or chosen.data or chosen.environment):
            print("Nothing to remove; --keys, --data and --environment say what is to go.")
            return Exit.OK
        if not arguments.yes and not _agreed():
            print("Nothing was removed.")
            return Exit.UNDECIDED
        _check_closed(services)  # a server may have been started while the question stood
        left = _remove_all(services, chosen)
    return _end(chosen, left)


@contextmanager
def _app_kept_out(home: Path) -> Generator[None]:
    """Holds the app's lock, which goes last. Raises AppError(conflict) where the app has it."""
    lock = FileLock(home / APP_LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        raise _at_work(home) from error
    try:
        yield
    finally:
        with suppress(PermissionError):  # of Windows, where the file goes with the lock
            (home / APP_LOCK).unlink(missing_ok=True)
        lock.release()


def _check_closed(services: Services) -> None:
    """Servers, workers and commands. Raises AppError(conflict) where one has the database open."""
    home = services.settings.home
    if is_open(sqlite_file(services.settings.database_url) or home / "roundtable.db"):
        raise _at_work(home)


def _at_work(home: Path) -> AppError:
    return AppError(ErrorKind.CONFLICT, f"Roundtable works with {home} right now.", "End it, then try again.")


def _remove_all(services: Services, chosen: Found) -> list[str]:
    """What could not be removed, and why."""
    if chosen.keys:
        services.keys.remove_all()
    left = list(_remove(chosen.data))
    # Last: what is not imported by now cannot be imported any more.
    return left + list(_remove([chosen.environment] if chosen.environment else []))


def _end(chosen: Found, left: Sequence[str]) -> int:
    for folder in _not_empty(chosen.folders) if chosen.data else ():
        print(f"Kept, since it holds other things: {folder}")
    for line in left:
        print(f"Could not be removed: {line}", file=sys.stderr)
    print(_HOW_FROZEN if FROZEN else f"The program itself is the folder {PROGRAM_DIR}: delete it.")
    return Exit.FAILED if left else Exit.OK


def _look(services: Services, *, with_keys: bool) -> Found:
    home, config = services.settings.home, user_config_folder(read_environment())
    data = [path for name in _DATA for path in sorted(home.glob(name))]
    data += [config / name for name in _CONFIG if os.path.lexists(config / name)]
    data += sorted(config.glob(f"{UNFINISHED}*"))
    database = sqlite_file(services.settings.database_url)
    elsewhere = [database] if database and database.is_file() and database.absolute() not in data else []
    return Found(_kept(services, needed=with_keys), data, [config, home], _environment(), elsewhere)


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
        found.elsewhere,
    )


def _tell(heading: str, found: Found) -> None:
    lines = [f"  key          {name}" for name in found.keys]
    lines += [f"  data         {path} ({_size(path)})" for path in found.data]
    lines += [f"  environment  {path} ({_size(path)})" for path in [found.environment] if path]
    lines += [f"  database     {path} ({_size(path)})" for path in found.elsewhere]
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


def _size(path: Path) -> str:
    files = path.rglob("*") if path.is_dir() and not path.is_symlink() else [path]
    return f"{sum(file.lstat().st_size for file in files) / 1e6:.1f} MB"
