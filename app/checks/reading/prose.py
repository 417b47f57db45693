"""Finds calls in running text that are said to give something: `f(2) -> 4`, "f(2) should return 4"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.checks import notation
from app.checks.reading.example import ANY_ERROR, Example, Origin
from app.checks.reading.spelling import Spelling
from app.checks.values import is_literal

MAX_CALLS = 500  # in one text; looking at each takes time

_VERB = r"(?:return|give|produce|yield|output|equal|print)s?|be|is|evaluates? to|result(?:s)? in"
_ARROW = r"(?:={2,3}>|-+>|=>|={1,3}|[→➞⇒⟶➔]|\bis\b|:)"
_CONNECTOR = re.compile(
    rf"[`'\s]*(?:;?[ \t]*//\s*|#\s*)?{_ARROW}?\s*(?:(?:should|must|will|shall)\s+)?(?:{_VERB})?[:\s`]*",
    re.IGNORECASE,
)
_RAISES = re.compile(
    r"[`\s]*(?:;?[ \t]*//\s*|#\s*)?(?:->|=>|==>|→|➞|⇒)?\s*(?:(?:should|must|will)\s+)?"
    r"(?:(?:raise|throw)s?\s+(?:an?\s+)?(?:new\s+)?(?:\w+\s+)?)?`?"
    r"((?:\w+\.)*(?:[A-Z]\w*(?:Error|Exception|Iteration|Exit|Interrupt)|(?:Error|Exception)(?=[\s.,;(`]|\Z)))\b",
)
_SOME_ERROR = re.compile(
    r"[`\s]*(?:;?[ \t]*//\s*|#\s*)?(?:->|=>|==>|→|➞|⇒)?\s*(?:(?:should|must|will)\s+)?"
    r"(?:(?:raise|throw|return|give|yield)s?\s+(?:an?\s+)(?:error|exception)\b|(?:panic|throw)s?\b(?!\s+\w)"
    r"|Err\([^)\n]*\)|is_err\(\)|nil,\s*err(?:or)?\b)",
    re.IGNORECASE,
)
_PYTEST_RAISES = re.compile(r"with\s+pytest\.raises\((?P<error>[\w.]+)[^)]*\):\s*(?P<call>.+)", re.DOTALL)
_LAST_OF_CHAIN = re.compile(r"[ \t]*[-+*/%][^=\n]*=[ \t]*")
AFTER_VALUE = re.compile(
    r"[`' \t]*(?:\n|\Z|[.,;:!#)(*|]|//|and\b|or\b|for\b|as\b|because\b|since\b|while\b|if\b|when\b|--?\s)"
)
_DEFINES = re.compile(r"(?:\b(?:def|class|func|fn|function)\s+|\bfunc\s*\([^)]*\)\s*)\Z")


def example(
    spelt: Spelling,
    call: str,
    expected: str | None,
    text: str,
    origin: Origin,
    *,
    raises: str | None = None,
    setup: str = "",
) -> Example | None:
    """Normalised; None where the call or the expected value is no expression."""
    try:
        given = spelt.python(call)
        value = None if expected is None else spelt.python(expected)
    except ValueError:
        return None
    if value is not None and spelt.language != "python" and not is_literal(value):
        return None
    return Example(given, value, raises, " ".join(text.split()), origin, setup, spelt.dialect(call))


def in_prose(text: str, origin: Origin, spelt: Spelling) -> Iterator[Example]:
    """All examples of a text, in order; only what is certain."""
    position = 0
    for _ in range(MAX_CALLS):
        call = spelt.call.search(text, position)
        if call is None:
            break
        defines = _DEFINES.search(text, max(0, call.start() - 60), call.start())
        found = None if defines else at(text, call.start(), "", origin, spelt, strict=True)
        end = spelt.call_end(text, call.start()) if found else None
        position = end or call.end()
        if found and len(found.text) <= notation.MAX_LENGTH:
            yield found


def at(body: str, start: int, text: str, origin: Origin, spelt: Spelling, *, strict: bool) -> Example | None:
    """The example whose call starts at `start`, if there is one.

    strict: in running text only a literal counts as a value, and only where the clause ends after it.
    """
    end = spelt.call_end(body, start)
    if end is None:
        return None
    call = body[start:end]
    if raising := _RAISES.match(body, end):
        name = raising[1].rpartition(".")[2]
        name = ANY_ERROR if name == "Error" and spelt.language == "python" else name
        return example(spelt, call, None, text or body[start : raising.end()], origin, raises=name)
    if some := _SOME_ERROR.match(body, end):
        return example(spelt, call, None, text or body[start : some.end()], origin, raises=ANY_ERROR)
    found = _value_after(body, end, spelt, strict=strict)
    if not found:
        return None
    value, stop = found
    return example(spelt, call, value, text or body[start:stop], origin)


def raising(body: str, text: str, origin: Origin, spelt: Spelling) -> Example | None:
    """`with pytest.raises(ValueError): f(-1)`."""
    found = _PYTEST_RAISES.fullmatch(body)
    if not found:
        return None
    name = found["error"].rpartition(".")[2]
    return example(spelt, found["call"], None, text, origin, raises=name)


def _value_after(body: str, end: int, spelt: Spelling, *, strict: bool) -> tuple[str, int] | None:
    """The value that is said to come from a call which ended at `end`, and where its text ends."""
    connector = _CONNECTOR.match(body, end)
    if not connector or not connector.group().strip("`' \n\t;"):
        return None
    start = connector.end()
    stop = spelt.value_end(body, start)
    chain = stop is not None and _LAST_OF_CHAIN.match(body, stop)
    if chain:  # `-> 19 - 5 - 6 = 8`
        start = chain.end()
        stop = spelt.value_end(body, start)
    if stop is not None and is_literal(as_python(body[start:stop], spelt)) and AFTER_VALUE.match(body, stop):
        return body[start:stop], stop
    rest = body[start:].strip("`. \n")
    return None if strict or not rest or as_python(rest, spelt) == "" else (rest, len(body))


def as_python(text: str, spelt: Spelling) -> str:
    """The expression in Python; empty where it is none."""
    try:
        return spelt.python(text)
    except ValueError:
        return ""
