"""The program itself: where its files are, and how a process of its own is made of one of its modules.

In a bundle `sys.executable` is Roundtable and not a Python, so no code can be given to it. What runs in a
process of its own is one of `CHILDREN`: by this file where the program runs from source, and in a bundle by
the bundle, whose first argument then is `CHILD`.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Final

FROZEN: Final = hasattr(sys, "frozen")
# A bundle keeps its data files in a folder of its own, laid out like the sources.
PROGRAM_DIR: Final = Path(getattr(sys, "_MEIPASS", Path(__file__).parents[1]))
# How a user starts it, in hints.
PROGRAM: Final = "roundtable" if FROZEN else "py main.py" if sys.platform == "win32" else "python3 main.py"
CHILD: Final = "--child"
# Nothing else is run this way. Each is a function without parameters; arguments are in sys.argv.
CHILDREN: Final = {
    "engine": "app.models.builtin_server:main",
    "pip": "pip._internal.cli.main:main",
    "sandbox": "app.checks.sandbox.wasm_child:main",
}
_OF_BOOTLOADER: Final = "_PYI_"
_LIBRARIES: Final = "LD_LIBRARY_PATH"


def child_command(name: str) -> tuple[str, ...]:
    """What starts a process that runs one of `CHILDREN`. Raises KeyError for anything else.

    `-I`: neither the user's site-packages nor PYTHON* variables nor the current folder count; a bundle looks
    at none of them anyway.
    """
    CHILDREN[name]
    start = (sys.executable, CHILD) if FROZEN else (sys.executable, "-I", __file__)
    return (*start, name)


def run_child(arguments: Sequence[str]) -> int:
    """Be the child of this name with the arguments after it; its exit code. Raises KeyError."""
    module, _, function = CHILDREN[arguments[0]].partition(":")
    sys.argv = [arguments[0], *arguments[1:]]
    return getattr(importlib.import_module(module), function)() or 0


def scripts_folder() -> Path:
    """Where the programs are that packages brought along."""
    if FROZEN:
        return PROGRAM_DIR / "bin"
    import sysconfig  # noqa: PLC0415 - takes milliseconds, which children have no use for

    return Path(sysconfig.get_path("scripts"))


def enter_bundle(arguments: Sequence[str]) -> int | None:
    """What a bundle does first. The exit code of the child that it was started as, None for the program."""
    leave_bootloader(os.environ)
    # Without a console there are no streams, and whatever prints would fail.
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the end
    sys.stderr = sys.stderr or sys.stdout
    option, name = (*arguments, "", "")[:2]
    return run_child(arguments[1:]) if option == CHILD and name in CHILDREN else None


def leave_bootloader(environment: MutableMapping[str, str]) -> None:
    """Take back what starting a bundle has set: programs started from here must find their own libraries."""
    for name in [name for name in environment if name.startswith(_OF_BOOTLOADER)]:
        del environment[name]
    environment.pop(_LIBRARIES, None)
    if before := environment.pop(f"{_LIBRARIES}_ORIG", ""):
        environment[_LIBRARIES] = before


if __name__ == "__main__":
    sys.path.insert(0, os.fspath(PROGRAM_DIR))
    sys.exit(run_child(sys.argv[1:]))
