"""What the program says when it is started without a command."""

from __future__ import annotations

import argparse
import asyncio
import textwrap

from app.cli.exits import Exit
from app.cli.parser import PROGRAM
from app.cli.services import MakeServices
from app.errors import AppError

_TEXT = f"""\
Roundtable: four agents write, check and improve code, and nothing counts as done
until you approve exactly the bytes that were checked.

  {PROGRAM} generate "Write a Python function that merges overlapping intervals"
  {PROGRAM} runs list
  {PROGRAM} doctor

`{PROGRAM} --help` lists all commands.
"""


def start(_arguments: argparse.Namespace, make: MakeServices) -> int:
    """What this is, three examples, and which model would be used."""
    print(_TEXT)
    print(textwrap.fill(_readiness(make)))
    return Exit.OK


def _readiness(make: MakeServices) -> str:
    try:
        choice = asyncio.run(make({}).providers.choose(None, None))
    except AppError as error:
        return f"Not ready: {error.message} `{PROGRAM} doctor` says what to do."
    return f"Ready: {choice.provider} {choice.model} would be used ({choice.why})."
