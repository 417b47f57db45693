"""Reads examples in the notations people use.

`f(2) == 4`, `f(2) -> 4`, `f(2) should return 4`, doctests, `f(-1) raises ValueError`, "Input: 2, Output: 4",
tables, and what each language's own documents and tests say: `assert_eq!(f(2), 4)`, `f(2) // => 4`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.checks import notation
from app.checks.reading.assertions import assertions, compared
from app.checks.reading.consistency import consistent
from app.checks.reading.doctests import doctests
from app.checks.reading.example import ANY_ERROR, Example, Origin
from app.checks.reading.loose import loose_names
from app.checks.reading.prose import at, in_prose, raising
from app.checks.reading.python import from_python
from app.checks.reading.spelling import Spelling, spelling
from app.checks.reading.tables import go_outputs, input_output
from app.checks.values import is_literal
from app.domain.runs import Language
from app.errors import AppError, ErrorKind

__all__ = ["ANY_ERROR", "Example", "Origin", "combined", "examples_in", "parse_example"]

ACCEPTED = "`f(2) == 4`, `f(2) -> 4`, `f(2) returns 4`, `f(-1) raises ValueError` or a doctest `>>> f(2)`"
_BULLET = re.compile(
    r"^(?:[-*•]\s+|\d+[.)]\s+)?(?:e\.g\.|for example|example)?[:,]?\s*`*(?:assert\s+)?",
    re.IGNORECASE,
)
_STARS = re.compile(r"(?m)^[ \t]*(?:/\*\*?|\*/|\*(?=[ \t/]|$))[ \t]?")
_COMMENT_MARKS = re.compile(r"(?m)^[ \t]*//[/!]?[ \t]?")
_COMMENT_ABOVE = re.compile(
    r"(?m)^[ \t]*(?://+|#)[ \t]*(?:returns?|=>|→|->|outputs?)[ \t:]*(?P<value>\S[^\n]*)\n"
    r"[ \t]*(?P<call>[\w.:$]+\([^\n]*?\));?[ \t]*$"
)


def parse_example(text: str, origin: Origin = "user", language: Language = "python") -> Example:
    """One example, written in any of the notations. Raises AppError(invalid_request) naming it.

    language: of the code; values may be written as Python does or as that language does.
    """
    spelt = spelling(language)
    example = _parse(text, origin, spelt) if len(text) <= notation.MAX_LENGTH else None
    if example is None:
        raise AppError(
            ErrorKind.INVALID_REQUEST,
            f"The example {text[:200]!r} is not understood.",
            f"Write it like {ACCEPTED}.",
        )
    unknown = _unbound(example)
    if unknown:
        raise AppError(
            ErrorKind.INVALID_REQUEST,
            f"The example {text[:200]!r} uses {', '.join(sorted(unknown))} without saying what it is.",
            "Write values: `f('a')` for a text, `f(2)` for a number.",
        )
    return example


def examples_in(
    requirements: str, origin: Origin = "requirements", language: Language = "python"
) -> list[Example]:
    """All examples found in running text, each call once, in order; what is not certain is left out."""
    spelt = spelling(language)
    printed = list(go_outputs(requirements, origin, spelt)) if language == "go" else []
    if language != "python":
        requirements = _COMMENT_ABOVE.sub(r"\g<call> // => \g<value>", _STARS.sub("", requirements))
        requirements = _COMMENT_MARKS.sub("", requirements)
    prose, from_doctests = doctests(requirements, origin, spelt)
    groups = [from_doctests, assertions(prose, origin, spelt)] if language != "python" else [from_doctests]
    everything = combined(
        printed, *groups, in_prose(prose, origin, spelt), input_output(prose, origin, spelt)
    )
    found = [e for e in everything if e.dialect != "python" or notation.free_names(e.call)]
    return [e for e in consistent(found, requirements, spelt) if not _unbound(e)]


def combined(*groups: Iterable[Example]) -> tuple[Example, ...]:
    """All examples, each call once: where two say different things of it, the earlier group counts."""
    found: dict[tuple[str, str], Example] = {}
    for group in groups:
        for example in group:
            found.setdefault(example.key, example)
    return tuple(found.values())


def _unbound(example: Example) -> set[str]:
    if example.dialect == "python":
        expected = example.expected or ""
        known = "" if is_literal(expected) else expected  # `nan` and `inf` are names only by their looks
        return notation.unbound_names(f"{example.setup}\n{example.call}\n{known}")
    return loose_names(example.call)


def _parse(text: str, origin: Origin, spelt: Spelling) -> Example | None:
    if ">>>" in text:
        _, found = doctests(text, origin, spelt)
        return found[-1] if found else None
    body = _BULLET.sub("", text.strip(), count=1).strip("` \n").rstrip(";")
    if spelt.language == "python":
        first = raising(body, text, origin, spelt) or from_python(body, text, origin)
    else:
        first = next(assertions(text, origin, spelt), None) or compared(body, text, origin, spelt)
    return first or at(body, 0, text, origin, spelt, strict=False)
