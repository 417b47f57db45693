"""Reads examples in the notations people use.

`f(2) == 4`, `f(2) -> 4`, `f(2) should return 4`, doctests, `f(-1) raises ValueError`, "Input: 2, Output: 4".
"""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from app.checks import notation
from app.checks.values import is_literal
from app.errors import AppError, ErrorKind

Origin = Literal["user", "requirements", "proposed"]

MAX_CALLS = 500  # in one text; looking at each takes time
ACCEPTED = "`f(2) == 4`, `f(2) -> 4`, `f(2) returns 4`, `f(-1) raises ValueError` or a doctest `>>> f(2)`"

_VERB = r"(?:return|give|produce|yield|output|equal|print)s?|be|is|evaluates? to|result(?:s)? in"
_CONNECTOR = re.compile(
    rf"[`'\s]*(?:#\s*)?(?:={{2,3}}>|-+>|=>|={{1,3}}|[→➞⇒⟶➔]|\bis\b|:)?\s*(?:(?:should|must|will|shall)\s+)?(?:{_VERB})?[:\s`]*",
    re.IGNORECASE,
)
_RAISES = re.compile(
    r"[`\s]*(?:#\s*)?(?:->|=>|==>|→|➞|⇒)?\s*(?:(?:should|must|will)\s+)?"
    r"(?:(?:raise|throw)s?\s+(?:an?\s+)?(?:\w+\s+)?)?`?((?:\w+\.)*[A-Z]\w*(?:Error|Exception|Iteration|Exit|Interrupt))\b",
)
_PYTEST_RAISES = re.compile(r"with\s+pytest\.raises\((?P<error>[\w.]+)[^)]*\):\s*(?P<call>.+)", re.DOTALL)
_LAST_OF_CHAIN = re.compile(r"\s*[-+*/%][^=\n]*=\s*")
_AFTER_VALUE = re.compile(
    r"[`' \t]*(?:\n|\Z|[.,;:!#)(*]|and\b|or\b|for\b|as\b|because\b|since\b|while\b|if\b|when\b|--?\s)"
)
_BULLET = re.compile(
    r"^(?:[-*•]\s+|\d+[.)]\s+)?(?:e\.g\.|for example|example)?[:,]?\s*`*(?:assert\s+)?",
    re.IGNORECASE,
)
_NAMED = (  # what names the function that is meant, surest first
    re.compile(r"\bdef\s+(\w+)\s*\("),
    re.compile(r"\bfunction\s+`?(\w+)`?\s*\(|\bfunction\s+`(\w+)`"),
    re.compile(r"\bfunction\s+(?:named|called)\s+`?(\w+)"),
)
_INPUT_OUTPUT = re.compile(
    r"\binputs?:[ \t]*(?P<given>[^\n]+?)[,;]?\s+outputs?:[ \t]*(?P<rest>[^\n]+)",
    re.IGNORECASE,
)
_FOR_OUTPUT = re.compile(
    r"\bfor\s+(?P<given>[^\n]+?)[,]?\s+the\s+(?:output|result|answer)\s+(?:should|must|will)\s+be\s+(?P<rest>[^\n]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Example:
    """A call with what it should do; exactly one of `expected` and `raises` is set.

    call: a Python expression. expected: a Python expression, nearly always a literal. raises: name of
    an exception class. setup: statements that come before the call; empty nearly always.
    text: as it was written. origin: who says so, which decides how much a failure weighs.
    """

    call: str
    expected: str | None
    raises: str | None
    text: str
    origin: Origin
    setup: str = ""

    @property
    def source(self) -> str:
        """All its code, one part a line."""
        return "\n".join((self.setup, self.call, self.expected or ""))

    @property
    def key(self) -> tuple[str, str]:
        """Equal for two examples that make the same call after the same setup."""
        return ast.unparse(ast.parse(self.setup)), ast.unparse(ast.parse(self.call))


def parse_example(text: str, origin: Origin = "user") -> Example:
    """One example, written in any of the notations. Raises AppError(invalid_request) naming it."""
    example = _parse(text, origin) if len(text) <= notation.MAX_LENGTH else None
    if example is None:
        raise AppError(
            ErrorKind.INVALID_REQUEST,
            f"The example {text[:200]!r} is not understood.",
            f"Write it like {ACCEPTED}.",
        )
    unknown = notation.unbound_names(example.source)
    if unknown:
        raise AppError(
            ErrorKind.INVALID_REQUEST,
            f"The example {text[:200]!r} uses {', '.join(sorted(unknown))} without saying what it is.",
            "Write values: `f('a')` for a text, `f(2)` for a number.",
        )
    return example


def examples_in(requirements: str, origin: Origin = "requirements") -> list[Example]:
    """All examples found in running text, each call once, in order; what is not certain is left out."""
    prose, from_doctests = _doctests(requirements, origin)
    found = combined(from_doctests, _in_prose(prose, origin), _input_output(prose, origin))
    return [e for e in found if notation.free_names(e.call) and not notation.unbound_names(e.source)]


def combined(*groups: Iterable[Example]) -> tuple[Example, ...]:
    """All examples, each call once: where two say different things of it, the earlier group counts."""
    found: dict[tuple[str, str], Example] = {}
    for group in groups:
        for example in group:
            found.setdefault(example.key, example)
    return tuple(found.values())


def _parse(text: str, origin: Origin) -> Example | None:
    if ">>>" in text:
        _, found = _doctests(text, origin)
        return found[-1] if found else None
    body = _BULLET.sub("", text.strip(), count=1).strip("` \n").rstrip(";")
    if raising := _PYTEST_RAISES.fullmatch(body):
        return _example(raising["call"], None, text, origin, raises=raising["error"].rpartition(".")[2])
    return _from_python(body, text, origin) or next(_at(body, 0, text, origin, strict=False), None)


def _example(
    call: str, expected: str | None, text: str, origin: Origin, *, raises: str | None = None, setup: str = ""
) -> Example | None:
    """Normalised; None where the call or the expected value is no expression."""
    try:
        return Example(
            notation.python(call),
            None if expected is None else notation.python(expected),
            raises,
            " ".join(text.split()),
            origin,
            setup,
        )
    except ValueError:
        return None


def _from_python(body: str, text: str, origin: Origin) -> Example | None:
    """An example that is Python: `[setup;] call == value`, or any expression that should be true."""
    try:
        statements = ast.parse(body).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    last = statements[-1] if statements else None
    if isinstance(last, ast.Assert):
        last = ast.copy_location(ast.Expr(last.test), last)
    if not isinstance(last, ast.Expr) or not any(isinstance(n, ast.Call) for n in ast.walk(last)):
        return None
    setup = "\n".join(ast.unparse(statement) for statement in statements[:-1])
    value = last.value
    if isinstance(value, ast.Call | ast.Attribute | ast.Subscript):
        return (
            None
            if text.strip().find("assert") < 0
            else _truth(f"bool({ast.unparse(value)})", text, origin, setup)
        )
    if isinstance(value, ast.Compare) and len(value.ops) == 1 and isinstance(value.ops[0], ast.Eq | ast.Is):
        sides = [ast.get_source_segment(body, side) or "" for side in (value.left, value.comparators[0])]
        if is_literal(sides[0]):
            sides.reverse()
        return _example(sides[0], sides[1], text, origin, setup=setup)
    return _truth(ast.unparse(value), text, origin, setup)


def _truth(expression: str, text: str, origin: Origin, setup: str) -> Example | None:
    """An expression that should be true."""
    return _example(expression, "True", text, origin, setup=setup)


def _at(body: str, start: int, text: str, origin: Origin, *, strict: bool) -> Iterator[Example]:
    """The example whose call starts at `start`, if there is one.

    strict: in running text only a literal counts as a value, and only where the clause ends after it.
    """
    end = notation.call_end(body, start)
    if end is None:
        return
    call = body[start:end]
    if raising := _RAISES.match(body, end):
        name = raising[1].rpartition(".")[2]
        example = _example(call, None, text or body[start : raising.end()], origin, raises=name)
    else:
        found = _value_after(body, end, strict=strict)
        if not found:
            return
        value, stop = found
        example = _example(call, value, text or body[start:stop], origin)
    if example:
        yield example


def _value_after(body: str, end: int, *, strict: bool) -> tuple[str, int] | None:
    """The value that is said to come from a call which ended at `end`, and where its text ends."""
    connector = _CONNECTOR.match(body, end)
    if not connector or not connector.group().strip("`' \n\t"):
        return None
    start = connector.end()
    stop = notation.value_end(body, start)
    chain = stop is not None and _LAST_OF_CHAIN.match(body, stop)
    if chain:  # `-> 19 - 5 - 6 = 8`
        start = chain.end()
        stop = notation.value_end(body, start)
    if stop is not None and is_literal(_as_python(body[start:stop])) and _AFTER_VALUE.match(body, stop):
        return body[start:stop], stop
    rest = body[start:].strip("`. \n")
    return None if strict or not rest or _as_python(rest) == "" else (rest, len(body))


def _as_python(text: str) -> str:
    try:
        return notation.python(text)
    except ValueError:
        return ""


def _in_prose(text: str, origin: Origin) -> Iterator[Example]:
    position = 0
    for _ in range(MAX_CALLS):
        call = notation.CALL.search(text, position)
        if call is None:
            break
        example = next(_at(text, call.start(), "", origin, strict=True), None)
        end = notation.call_end(text, call.start()) if example else None
        position = end or call.end()
        if example and len(example.text) <= notation.MAX_LENGTH:
            yield example


def _doctests(text: str, origin: Origin) -> tuple[str, list[Example]]:
    """The doctests in a text, and the text without them.

    Earlier lines of a block are setup for later ones where one of them keeps something in a variable.
    """
    try:
        parts = doctest.DocTestParser().parse(_tidy_doctests(text))
    except ValueError:
        return text, []
    prose: list[str] = []
    found: list[Example] = []
    before: list[str] = []
    for part in parts:
        if isinstance(part, str):
            prose.append(part)
            before = before if not part.strip() else []
            continue
        example = _from_doctest(part, before, origin)
        if example:
            found.append(example)
        before += [part.source.strip()] if notation.is_code(part.source) else []
    return "\n".join(prose), found


def _tidy_doctests(text: str) -> str:
    """Without the indents and with the blanks after prompts that the parser of doctests insists on."""
    if ">>>" not in text:
        return text
    return re.sub(r"(?m)^[ \t]*(>>>|\.\.\.)?[ \t]?", lambda m: f"{m[1]} " if m[1] else "", text)


def _from_doctest(part: doctest.Example, before: list[str], origin: Origin) -> Example | None:
    source, want = part.source.strip(), part.want.strip()
    text = f">>> {source} {want}"
    setup = "" if all(map(_as_python, before)) else "\n".join(before)
    if part.exc_msg is not None:
        error = part.exc_msg.partition(":")[0].strip().rpartition(".")[2]
        return _example(source, None, text, origin, raises=error, setup=setup)
    if not want:
        return _from_python(source, source, origin) if "==" in source else None
    return _example(source, want, text, origin, setup=setup) if _as_python(want) else None


def _input_output(text: str, origin: Origin) -> Iterator[Example]:
    """`Input: 2 Output: 4` and `For n = 2 the output should be 4`, if it is clear which function is meant."""
    name = _only_function(text)
    if not name:
        return
    for match in (*_INPUT_OUTPUT.finditer(text), *_FOR_OUTPUT.finditer(text)):
        call, value = _call_with(name, match["given"]), match["rest"]
        stop = notation.value_end(value, 0)
        if (
            call
            and stop is not None
            and is_literal(_as_python(value[:stop]))
            and _AFTER_VALUE.match(value, stop)
        ):
            example = _example(call, value[:stop], match.group(), origin)
            if example:
                yield example


def _only_function(text: str) -> str:
    """The name of the one function that the text is about; empty where none or several are named."""
    for pattern in _NAMED:
        names = {name for match in pattern.finditer(text) for name in match.groups() if name}
        if names:
            return names.pop() if len(names) == 1 else ""
    return ""


def _call_with(name: str, given: str) -> str:
    """A call of `name` with values given as `2`, `[1], 3` or `grid = [1], k = 3`; empty if unclear.

    Named values are passed in their order: the names of the text need not be those of the code.
    """
    try:
        call = ast.parse(f"f({given.strip().rstrip('.')})", mode="eval").body
    except SyntaxError:
        return ""
    if not isinstance(call, ast.Call):
        return ""
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    return f"{name}({', '.join(ast.unparse(v) for v in values)})"
