"""From the command line to a command and its exit code."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Final

from app.cli.exits import Exit, exit_for
from app.cli.parser import parse
from app.cli.safe_text import safe_text
from app.cli.services import MakeServices
from app.errors import AppError, ErrorKind

# Named, not imported: `--help` and usage errors must not wait for what only some commands need.
COMMANDS: Final = {
    "generate": "app.cli.generate:generate",
    "runs list": "app.cli.runs:list_runs",
    "runs show": "app.cli.runs:show",
    "runs export": "app.cli.runs:export",
    "runs resume": "app.cli.resume:resume",
    "runs rewind": "app.cli.runs:rewind",
    "runs fork": "app.cli.runs:fork",
    "runs cancel": "app.cli.runs:cancel",
    "runs rename": "app.cli.runs:rename",
    "runs delete": "app.cli.runs:delete",
    "replay": "app.cli.replay:replay",
    "check": "app.cli.check:check",
    "models list": "app.cli.models:list_models",
    "models pull": "app.cli.models:pull",
    "models exam": "app.cli.exam:exam",
    "keys list": "app.cli.keys:list_keys",
    "keys set": "app.cli.keys:set_key",
    "keys delete": "app.cli.keys:delete_key",
    "doctor": "app.cli.doctor:doctor",
    "health": "app.cli.health:health",
    "serve": "app.cli.serve:serve",
    "worker": "app.cli.worker:worker",
    "uninstall": "app.cli.uninstall:uninstall",
}
_APP: Final = "app.cli.serve:app"


def main(argv: Sequence[str], make: MakeServices) -> int:
    """Run a command. Returns its exit code; argparse ends by SystemExit(2), or 0 after help.

    argv: without the program's name. make: called by commands that need the program's parts.
    """
    arguments = parse(argv, COMMANDS)
    module, _, function = COMMANDS.get(arguments.command, _APP).partition(":")
    try:
        code = getattr(importlib.import_module(module), function)(arguments, make)
        sys.stdout.flush()
    except AppError as error:
        report(error)
        return exit_for(error)
    except BrokenPipeError:
        # Nobody reads any more; without this the interpreter would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.UNDECIDED
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return Exit.UNDECIDED
    return code


def report(error: AppError) -> None:
    """Say what happened and what to do."""
    prefix = "" if error.kind is ErrorKind.CANCELLED else "Error: "
    print(f"{prefix}{safe_text(error.message)}", file=sys.stderr)
    if hint := error.hint or error.facts.offer:
        print(f"  {safe_text(hint)}", file=sys.stderr)
