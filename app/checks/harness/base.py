"""What makes an artifact's functions be called in a sandbox: one harness for each language.

A harness makes programs; the sandbox runs them; `rounds.py` reads what they report. Every line of a
report starts with a number used once and holds one JSON object: `{"start": id}` before a call, `{"id": id,
"ms": milliseconds, ...}` after it, with the facts `guest.py` names:

    value: the text of a Python literal, whatever the language: `{'a': [1, 2.5, None]}`, `inf`, `nan`
    object and repr: class and text of anything else
    raised: names of the exception's class and of those above it; text; where: "file:line" in the artifact;
        frames: the last calls in the artifact, outermost first; locals: of the innermost; missing: a module
    importing: the code could not even be loaded
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from app.checks.sandbox.base import Execution, Program

Facts = Mapping[str, Any]
GUESTS = Path(__file__).with_name("guests")


@dataclass(frozen=True)
class Wanted:
    """A call to make.

    id: to name it in reports. expression: the call, as Python writes it or as `dialect` does. setup:
    statements before it. expected: an expression of what it should give, only where nothing but the code
    itself can tell its value; None nearly always, as the expected values stay outside.
    """

    id: int
    expression: str
    setup: str = ""
    expected: str | None = None
    dialect: str = "python"


class Harness(Protocol):
    """Calls of one artifact."""

    @property
    def refused(self) -> Mapping[int, str]:
        """Why some of the calls cannot be made at all, e.g. of functions that nobody defines."""
        ...

    @property
    def own(self) -> frozenset[str]:
        """First names of the artifact's own modules: one that is missing is the artifact's fault."""
        ...

    def program(self, ids: Sequence[int], nonce: str) -> Program:
        """A program that makes these calls, in this order, and reports each."""
        ...

    def culprits(self, execution: Execution) -> set[int]:
        """The calls because of which the program could not be compiled; empty where the code is at fault."""
        ...
