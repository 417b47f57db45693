"""Reads doctests, whatever the language of the call: `>>> f(2)` with the value on the next lines."""

from __future__ import annotations

import ast
import doctest
import re

from app.checks import notation
from app.checks.reading.example import Example, Origin
from app.checks.reading.prose import as_python, at, example
from app.checks.reading.python import from_python
from app.checks.reading.spelling import Spelling
from app.checks.values import is_literal

_PROMPT = re.compile(r"(?m)^[ \t]*(>>>|\.\.\.)?[ \t]?")
_CLOSING = re.compile(r'(?m)^[ \t]*(?:"""|\'\'\'|\*/|```)[ \t]*$|[ \t]*(?:"""|\'\'\')[ \t]*$')
_COMMENT = re.compile(r"\s+#[^'\"]*$")


def doctests(text: str, origin: Origin, spelt: Spelling) -> tuple[str, list[Example]]:
    """The doctests in a text, and the text without them.

    Earlier lines of a block are setup for later ones where one of them keeps something in a variable.
    """
    try:
        parts = doctest.DocTestParser().parse(_tidy(text))
    except ValueError:
        return text, []
    prose: list[str] = []
    found: list[Example] = []
    silent: list[doctest.Example] = []
    before: list[str] = []
    for part in parts:
        if isinstance(part, str):
            prose.append(part)
            before = before if not part.strip() else []
            continue
        made = _one(part, before, origin, spelt)
        if made:
            found.append(made)
        elif not part.want.strip() and not before:
            silent.append(part)
        before += [part.source.strip()] if notation.is_code(part.source) else []
    return "\n".join(prose), found + _without_value(silent, found, origin, spelt)


def _tidy(text: str) -> str:
    """Without the indents and with the blanks after prompts that the parser of doctests insists on.

    The quotes that close a docstring end its last example, too.
    """
    if ">>>" not in text:
        return text
    return _PROMPT.sub(lambda m: f"{m[1]} " if m[1] else "", _CLOSING.sub("\n", text))


def _one(part: doctest.Example, before: list[str], origin: Origin, spelt: Spelling) -> Example | None:
    source, want = _COMMENT.sub("", part.source.strip()), part.want.strip()
    text = f">>> {source} {want}"
    setup = "" if all(as_python(line, spelt) for line in before) else "\n".join(before)
    if part.exc_msg is not None:
        error = part.exc_msg.partition(":")[0].strip().rpartition(".")[2]
        return example(spelt, source, None, text, origin, raises=error, setup=setup)
    in_one_line = _in_one_line(source, origin, spelt)
    if not want or (in_one_line and spelt.language != "python"):
        return in_one_line
    value = want if as_python(want, spelt) else want.partition("\n")[0].strip()
    return example(spelt, source, value, text, origin, setup=setup) if as_python(value, spelt) else None


def _in_one_line(source: str, origin: Origin, spelt: Spelling) -> Example | None:
    """`>>> f(2) == 4`, which is no doctest but is often meant as one."""
    if spelt.language == "python":
        return from_python(source, source, origin) if "==" in source else None
    return at(source, 0, source, origin, spelt, strict=True)


def _without_value(
    silent: list[doctest.Example], found: list[Example], origin: Origin, spelt: Spelling
) -> list[Example]:
    """Calls that print nothing gave None, where other calls of the same function give something."""
    named = {_function(e.call) for e in found} - {""}
    made: list[Example] = []
    for part in silent:
        source = part.source.strip()
        if spelt.language == "python" and _function(source) in named:
            new = example(spelt, source, "None", f">>> {source}", origin)
            made += [new] if new else []
    return made


def _function(source: str) -> str:
    """The name that is called with plain values; empty for anything else."""
    try:
        call = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError):
        return ""
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.keywords:
        return ""
    return call.func.id if all(is_literal(ast.unparse(a)) for a in call.args) else ""
