"""What the examples of one text say of one another: in doubt they are left out, as wrong ones are worse."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from app.checks.reading.example import Example
from app.checks.reading.spelling import Spelling
from app.checks.values import literal

_WORD = re.compile(r"[\w$]+")
_EXAMPLES_FROM = re.compile(r"(?i)\bexamples?\b")
_PYTHON_DEF = re.compile(r"\bdef\s+(\w+)\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)")


def consistent(found: Sequence[Example], text: str, spelt: Spelling) -> list[Example]:
    """The examples that go together, some of them mended."""
    found = _quoted(found)
    if spelt.language == "python":
        found = _of_defined(found, text)
    else:
        defined = set(spelt.defined(text))
        found = [e for e in found if not defined or defined & set(_WORD.findall(e.call))]
    return _of_one_kind(_one_tuples(found), text)


def _of_defined(found: Sequence[Example], text: str) -> list[Example]:
    """Examples of functions that the text defines; a slip in the name of the only one is mended."""
    defined: dict[str, str] = dict(_PYTHON_DEF.findall(text))
    if not defined:
        return list(found)
    last, parameters = list(defined.items())[-1]
    count = len([p for p in parameters.split(",") if p.strip()])
    kept: list[Example] = []
    for example in found:
        call = ast.parse(example.call, mode="eval").body
        if any(isinstance(n, ast.Name) and n.id in defined for n in ast.walk(ast.parse(example.source))):
            kept.append(example)
        elif isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and not example.setup:
            same = len(call.args) == count and call.func.id.lower() not in _helpers(text, last)
            renamed = f"{last}({', '.join(map(ast.unparse, call.args))})"
            kept += [replace(example, call=renamed)] if same else []
        else:
            kept.append(example)
    return kept


def _helpers(text: str, name: str) -> set[str]:
    """Names of functions that the text speaks of beside the one it defines."""
    return {m.lower() for m in re.findall(r"\b(?:function|using|use)\s+`?(\w+)`?", text)} - {name}


def _quoted(found: Sequence[Example]) -> list[Example]:
    """`happy(aab) => False` means a text, where at least three calls say it that way."""
    bare = [e for e in found if (word := _bare_word(e.call)) and word not in ("x", "n", "s")]
    names = {e.call.partition("(")[0].strip() for e in bare}
    words = {_bare_word(e.call) for e in bare}
    if len(words) < 3 or len(names) != 1:
        return list(found)
    name = names.pop()
    return [
        replace(e, call=f"{name}({_bare_word(e.call)!r})", dialect="python") if e in bare else e
        for e in found
    ]


def _bare_word(source: str) -> str:
    try:
        call = ast.parse(source, mode="eval").body
    except SyntaxError:  # another language's
        return ""
    if not isinstance(call, ast.Call) or len(call.args) != 1 or not isinstance(call.args[0], ast.Name):
        return ""
    return call.args[0].id if call.args[0].id.islower() else ""


def _one_tuples(found: Sequence[Example]) -> list[Example]:
    """`("a")` where other examples give tuples is one, too."""
    if not any(_kind(e) is tuple for e in found):
        return list(found)
    return [
        replace(e, expected=f"({e.expected[1:-1]},)")
        if e.expected and e.expected.startswith("(") and _kind(e) in (str, int, float)
        else e
        for e in found
    ]


def _kind(example: Example) -> type[object] | None:
    """What an example gives; numbers are all of one kind; None where it gives None or is no literal."""
    try:
        value = literal(example.expected or "None")
    except ValueError:
        return None
    if value is None:
        return None
    return float if isinstance(value, int) else type(cast("object", value))


def _of_one_kind(found: Sequence[Example], text: str) -> list[Example]:
    """Where the text first defines something else under the same name, only its examples count.

    A sequence `tri(1) = 3`, `tri(2) = 2` may be explained before a function that gives lists of it.
    """
    given = [e for e in found if e.raises is None]
    lists = [e for e in given if _kind(e) is list]
    numbers = [e for e in given if _kind(e) is float]
    if not lists or not numbers:
        return list(found)
    places = {e: _place(e, text) for e in given}
    last = max(lists, key=lambda e: places[e])
    heading = [m.start() for m in _EXAMPLES_FROM.finditer(text) if m.start() < places[last]]
    after = heading[-1] if heading else 0
    kinds = {_kind(e) for e in given if places[e] >= after}
    return [e for e in found if e.raises or places[e] >= after or len(kinds) > 1]


def _place(example: Example, text: str) -> int:
    exact = text.find(example.text)
    return exact if exact >= 0 else text.find(example.text.partition("=")[0].strip())
