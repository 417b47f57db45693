"""Exit codes: a contract with scripts; `--help` lists them."""

from __future__ import annotations

from enum import IntEnum

from app.errors import AppError, ErrorKind


class Exit(IntEnum):
    """How a command ended.

    USAGE: something named on the command line or in the configuration is wrong.
    NOT_VERIFIED: approved without being verified, a gate left open for that reason, or something to ask.
    UNDECIDED: rejected, cancelled, or stopped with something left to decide or to resume.
    """

    OK = 0
    USAGE = 2
    NOT_VERIFIED = 3
    UNDECIDED = 4
    FAILED = 5
    BLOCKED = 6


_USAGE_KINDS = (ErrorKind.INVALID_REQUEST, ErrorKind.TOO_LARGE, ErrorKind.CONFIG, ErrorKind.NOT_FOUND)


def exit_for(error: AppError) -> Exit:
    """The code for a command that an error ended."""
    if error.kind is ErrorKind.CANCELLED:
        return Exit.UNDECIDED
    return Exit.USAGE if error.kind in _USAGE_KINDS else Exit.FAILED
