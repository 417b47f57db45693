"""Reads assertions: `assert_eq!(f(2), 4)`, `expect(f(2)).toBe(4)`, `assertEquals(4, f(2))`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.checks import notation
from app.checks.reading.example import ANY_ERROR, Example, Origin
from app.checks.reading.prose import as_python, example
from app.checks.reading.spelling import Spelling
from app.checks.values import is_literal

_EQUAL = re.compile(
    r"(?:assert_eq!|\bassert\.(?:equal|strictEqual|deepEqual|deepStrictEqual|Equal)"
    r"|\b(?:Assertions\.|Assert\.|self\.)?assert(?:Equals?|Same|ArrayEquals|IterableEquals))\s*(?=\()"
)
_TRUE = re.compile(
    r"(?:\bassert!|\bassert\.(?:ok|True)|\bconsole\.assert|\b(?:Assertions\.|Assert\.|self\.)?assert(?:True|False)"
    r"|\bassert\.False|\bassert)\s*(?=\()"
)
_EXPECT = re.compile(r"\bexpect\s*(?=\()")
_MATCHER = re.compile(
    r"\s*\.(?:to\.)?(?:toBe|toEqual|toStrictEqual|toMatchObject|equal|equals|eql|be\.equal|deep\.equal)\s*(?=\()"
)
_THROWS = re.compile(r"\s*\.(?:to)?\.?(?:toThrow|toThrowError|throw)\s*(?=\()")
_ASSERT_THROWS = re.compile(r"\b(?:Assertions\.|Assert\.)?assert(?:Throws|\.throws)\s*(?=\()")
_EXPRESSION_OF = re.compile(
    r"^\s*(?:\(\s*\)|function\s*\(\s*\))\s*(?:=>|->)?\s*\{?\s*(?:return\s+)?(?P<call>.*?);?\s*\}?\s*$",
    re.DOTALL,
)
_COMPARED = re.compile(r"\s*(?P<sign>===?|!==?)\s*")
_BOUND = re.compile(
    r"(?m)^[ \t]*(?:let\s+(?:mut\s+)?|const\s+|var\s+|final\s+|[\w<>\[\], ]+[ \t]+)?(?P<name>[A-Za-z_]\w*)"
    r"(?:\s*:\s*[^=\n]+)?\s*:?=\s*(?P<call>[^=\n;][^\n;]*);?[ \t]*$"
)


def assertions(text: str, origin: Origin, spelt: Spelling) -> Iterator[Example]:
    """All assertions of a text whose one side is a plain value, in order of their kinds."""
    bound = {m["name"]: m["call"].strip() for m in _BOUND.finditer(text)}
    for match in _EQUAL.finditer(text):
        yield from _sides(text, match, origin, spelt, bound)
    for match in _TRUE.finditer(text):
        yield from _truth(text, match, origin, spelt, bound)
    for match in _EXPECT.finditer(text):
        yield from _expectation(text, match, origin, spelt, bound)
    for match in _ASSERT_THROWS.finditer(text):
        yield from _throwing(text, match, origin, spelt)


def arguments(text: str, start: int) -> tuple[list[str], int]:
    """The arguments of the call whose bracket opens at `start`, and where it ends; none where it does not."""
    end = notation.bracket_end(text, start)
    if end is None:
        return [], start
    found: list[str] = []
    position = begin = start + 1
    while position < end - 1:
        if text[position] in "'\"":
            position = notation.string_end(text, position) or end
        elif text[position] in notation.OPENING:
            position = notation.bracket_end(text, position) or end
        else:
            if text[position] == ",":
                found.append(text[begin:position].strip())
                begin = position + 1
            position += 1
    last = text[begin : end - 1].strip()
    return [*found, *([last] if last else [])], end


def _is_value(text: str, spelt: Spelling) -> bool:
    return is_literal(as_python(text, spelt))


def _sides(
    text: str, match: re.Match[str], origin: Origin, spelt: Spelling, bound: dict[str, str]
) -> Iterator[Example]:
    parts, end = arguments(text, match.end())
    parts = parts[1:] if parts[:1] == ["t"] else parts  # Go: assert.Equal(t, 4, f(2))
    parts = [bound.get(part, part) for part in parts[:2]]
    said = text[match.start() : end]
    errors = [part for part in parts if part.startswith("Err(")]
    values = [_is_value(part, spelt) for part in parts]
    made: Example | None = None
    if errors and len(parts) == 2:
        call = next(part for part in parts if part not in errors[:1])
        made = example(spelt, call, None, said, origin, raises=ANY_ERROR)
    elif sorted(values) == [False, True]:
        call, value = (parts[1], parts[0]) if values[0] else (parts[0], parts[1])
        made = example(spelt, call, value, said, origin)
    if made:
        yield made


def _truth(
    text: str, match: re.Match[str], origin: Origin, spelt: Spelling, bound: dict[str, str]
) -> Iterator[Example]:
    parts, end = arguments(text, match.end())
    parts = parts[1:] if parts[:1] == ["t"] else parts
    if not parts:
        return
    condition, said = parts[0], text[match.start() : end]
    wanted = "False" not in match.group()
    if condition.startswith("!") and not condition.startswith("!="):
        condition, wanted = condition[1:].strip(), not wanted
    if condition.endswith(".is_err()"):
        made = example(spelt, condition.removesuffix(".is_err()"), None, said, origin, raises=ANY_ERROR)
        yield from [made] if made else []
        return
    made = compared(bound.get(condition, condition), said, origin, spelt, wanted=wanted)
    if made:
        yield made


def compared(
    condition: str, said: str, origin: Origin, spelt: Spelling, *, wanted: bool = True
) -> Example | None:
    """`f(2) == 4`, `4 == f(2)` and `f(2)` as what should be true (or not, where `wanted` is False)."""
    end = spelt.call_end(condition, 0)
    value = spelt.value_end(condition, 0) if end is None else None
    sign = _COMPARED.match(condition, end or value or 0)
    if end == len(condition):
        return example(spelt, condition, "true" if wanted else "false", said, origin)
    if sign is None or (sign["sign"].startswith("!") == wanted):
        return None
    left, right = condition[: sign.start()], condition[sign.end() :]
    return example(spelt, *((left, right) if end else (right, left)), said, origin)


def _expectation(
    text: str, match: re.Match[str], origin: Origin, spelt: Spelling, bound: dict[str, str]
) -> Iterator[Example]:
    parts, end = arguments(text, match.end())
    if len(parts) != 1:
        return
    call = bound.get(parts[0], parts[0])
    made: Example | None = None
    if matcher := _MATCHER.match(text, end):
        wanted, stop = arguments(text, matcher.end())
        if len(wanted) == 1 and _is_value(wanted[0], spelt):
            made = example(spelt, call, wanted[0], text[match.start() : stop], origin)
    elif (throwing := _THROWS.match(text, end)) and (inner := _EXPRESSION_OF.match(call)):
        kinds, stop = arguments(text, throwing.end())
        kind = kinds[0] if kinds and re.fullmatch(r"[A-Z]\w+", kinds[0]) else ANY_ERROR
        made = example(spelt, inner["call"], None, text[match.start() : stop], origin, raises=kind)
    if made:
        yield made


def _throwing(text: str, match: re.Match[str], origin: Origin, spelt: Spelling) -> Iterator[Example]:
    parts, end = arguments(text, match.end())
    code = next((m for part in parts if (m := _EXPRESSION_OF.match(part))), None)
    kind = next((p.removesuffix(".class") for p in parts if re.fullmatch(r"[A-Z][\w.]+", p)), ANY_ERROR)
    made = (
        example(spelt, code["call"], None, text[match.start() : end], origin, raises=kind) if code else None
    )
    if made:
        yield made
