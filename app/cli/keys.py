"""`keys`: API keys of providers. A key is never an argument: those are seen by everybody on the machine."""

from __future__ import annotations

import argparse
import getpass
import sys

from app.cli.exits import Exit
from app.cli.services import MakeServices


def list_keys(_arguments: argparse.Namespace, make: MakeServices) -> int:
    """One provider a line: where its key is and how it ends."""
    keys = make({}).keys
    for info in keys.list():
        where = {"environment": f"environment ({info.variable})"}.get(
            info.source or "", info.source or "none"
        )
        print(f"{info.provider:<18} {where:<32} {'…' + info.tail if info.tail else ''}".rstrip())
    print(f"Keys that you set go to: {keys.status().detail}")
    return Exit.OK


def set_key(arguments: argparse.Namespace, make: MakeServices) -> int:
    """Ask for the key without showing it, or read it from a pipe."""
    keys = make({}).keys
    prompt = f"Key for {arguments.provider} (not shown): "
    key = getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline()
    where = keys.set(arguments.provider, key)
    if where == "memory":
        print(
            f"There is no keyring here ({keys.status().detail}), so the key could not be kept.\n"
            f"  Set the environment variable {keys.info(arguments.provider).variable} instead.",
            file=sys.stderr,
        )
        return Exit.FAILED
    print(f"Kept in the {where}.")
    return Exit.OK


def delete_key(arguments: argparse.Namespace, make: MakeServices) -> int:
    """Forget a key."""
    keys = make({}).keys
    print("Deleted." if keys.delete(arguments.provider) else "There was no key.")
    left = keys.info(arguments.provider)
    if left.source == "environment":
        print(f"The environment variable {left.variable} still holds one.")
    return Exit.OK
