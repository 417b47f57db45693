"""What to say of names that nobody defines."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches


def undefined(name: str, known: Mapping[str, str]) -> str:
    """That a name is not defined, with the nearest that is. known: file by defined name."""
    within = [k for k in known if k.endswith(f".{name}")]
    near = within or get_close_matches(name, known, 1, 0.4) or list(known)[:1]
    return f"{name} is not defined" + (f"; the nearest is {near[0]} in {known[near[0]]}" if near else "")
