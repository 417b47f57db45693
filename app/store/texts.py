"""Ids and texts as the tables hold them."""

from __future__ import annotations

import secrets

MAX_TITLE = 200


def new_id() -> str:
    """16 random hex digits."""
    return secrets.token_hex(8)


def one_line(text: str) -> str:
    """Printable characters only, single blanks between words: fit for a line and for any database."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def as_title(text: str) -> str:
    """The first line that is not blank, shortened."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return one_line(first)[:MAX_TITLE]


def folded(text: str) -> str:
    """Text as searched for: SQLite's own comparison knows upper and lower case of ASCII only."""
    return one_line(text).casefold()
