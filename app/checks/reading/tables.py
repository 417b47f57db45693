"""Reads inputs and outputs that are given without a call, where it is clear which function is meant.

`Input: 2 Output: 4`, "For n = 2 the output should be 4", Markdown tables, and the comments of Go's examples.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from app.checks.reading.example import Example, Origin
from app.checks.reading.prose import AFTER_VALUE, as_python, example
from app.checks.reading.spelling import Spelling
from app.checks.values import is_literal

_NAMED = (  # what names the function that is meant, where no code defines it, surest first
    re.compile(r"\bfunction\s+`?([A-Za-z_]\w*)`?\s*\(|\b(?:function|method)\s+`([A-Za-z_]\w*)"),
    re.compile(r"\b(?:function|method)\s+(?:named|called)\s+[`\"']?([A-Za-z_]\w*)"),
)
_INPUT_OUTPUT = re.compile(
    r"\binputs?:[ \t]*(?P<given>[^\n]+?)[,;]?\s+(?:expected\s+)?outputs?:[ \t]*(?P<rest>[^\n]+)",
    re.IGNORECASE,
)
_FOR_OUTPUT = re.compile(
    r"\bfor\s+(?P<given>[^\n]+?)[,]?\s+the\s+(?:output|result|answer)\s+(?:should|must|will)\s+be\s+(?P<rest>[^\n]+)",
    re.IGNORECASE,
)
_BLOCK = re.compile(
    r"(?i)\binputs?:?[ \t]*\n(?P<given>(?:[ \t]*\w+[ \t]*[:=][^\n]+\n)+)"
    r"\s*(?:expected\s+)?outputs?:\s*(?P<rest>[^\n]+)"
)
_LABEL = re.compile(r"(?m)^[ \t]*\w+[ \t]*[:=][ \t]*")
_ONE_PARAMETER = r"\bdef\s+{}\(\s*(\w+)[^,()]*\)"
_RESULT = re.compile(
    r"(?i)^(?:(?:expected|return(?:ed)?)\s*)?(?:outputs?|results?|returns?|expected|value|answer)?$"
)
_RULE = re.compile(r"^[\s|:-]+$")
_PRINTED = re.compile(r"Print(?:ln|f)?\(\s*(?:\"%v\\n\",\s*)?(?P<call>.+)\)\s*$")
_OUTPUT = re.compile(r"(?m)^[ \t]*//\s*Output:[ \t]*(?P<first>[^\n]*)(?P<rest>(?:\n[ \t]*//[^\n]*)*)")
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?|true|false")


def input_output(text: str, origin: Origin, spelt: Spelling) -> Iterator[Example]:
    """Examples of the one function that the text is about; nothing where none or several are named."""
    name = only_function(text, spelt)
    if not name:
        return
    for match in (*_INPUT_OUTPUT.finditer(text), *_FOR_OUTPUT.finditer(text)):
        given = _first_of_one(name, match["given"], text, spelt)
        yield from _pair(name, given, match["rest"], match.group(), origin, spelt)
    for match in _BLOCK.finditer(text):
        given = ", ".join(_LABEL.sub("", match["given"]).strip().splitlines())
        yield from _pair(name, given, match["rest"], match.group(), origin, spelt)
    yield from _tables(name, text, origin, spelt)
    yield from _assigned(name, text, origin, spelt)


def only_function(text: str, spelt: Spelling) -> str:
    """The name of the one function that the text is about; empty where none or several are named."""
    names = set(spelt.defined(text))
    for pattern in _NAMED:
        names = names or {name for match in pattern.finditer(text) for name in match.groups() if name}
    return names.pop() if len(names) == 1 else ""


def _first_of_one(name: str, given: str, text: str, spelt: Spelling) -> str:
    """`N = 150` of "N = 150, whose digits have the sum 6", where the function has one parameter."""
    label = _LABEL.match(given)
    end = spelt.value_end(given, label.end()) if label else None
    one = re.search(_ONE_PARAMETER.format(name), text)
    return given[:end] if end and one and given[end : end + 1] == "," else given


def _pair(  # noqa: PLR0917 - private, and they are what an example is made of
    name: str, given: str, rest: str, said: str, origin: Origin, spelt: Spelling
) -> Iterator[Example]:
    call = _call_with(name, given, spelt)
    stop = spelt.value_end(rest, 0)
    if not call or stop is None or not AFTER_VALUE.match(rest, stop):
        return
    if is_literal(as_python(rest[:stop], spelt)):
        made = example(spelt, call, rest[:stop], said, origin)
        yield from [made] if made else []


def _call_with(name: str, given: str, spelt: Spelling) -> str:
    """A call of `name` with values given as `2`, `[1], 3` or `grid = [1], k = 3`; empty if unclear.

    Named values are passed in their order: the names of the text need not be those of the code.
    """
    call = f"f({given.strip().strip('`').rstrip('.')})"
    try:
        parsed = ast.parse(call, mode="eval").body
    except SyntaxError:
        return f"{name}{call[1:]}" if spelt.language != "python" and as_python(call, spelt) else ""
    if not isinstance(parsed, ast.Call):
        return ""
    values = [*parsed.args, *(keyword.value for keyword in parsed.keywords)]
    return f"{name}({', '.join(ast.unparse(v) for v in values)})"


def _tables(name: str, text: str, origin: Origin, spelt: Spelling) -> Iterator[Example]:
    """Markdown tables whose last column is the result; all others are arguments."""
    rows = [_cells(line) for line in text.splitlines()]
    for number, head in enumerate(rows[:-2]):
        if not (
            len(head) > 1 and _RESULT.match(head[-1]) and head[-1] and _RULE.match("".join(rows[number + 1]))
        ):
            continue
        for row in rows[number + 2 :]:
            if len(row) != len(head):
                break
            said = f"| {' | '.join(row)} |"
            yield from _pair(name, ", ".join(row[:-1]), row[-1], said, origin, spelt)


def _cells(line: str) -> list[str]:
    stripped = line.strip().lstrip("*/# ").strip()
    if not (stripped.startswith("|") and stripped.endswith("|")):
        return []
    return [cell.strip().strip("`").strip() for cell in re.split(r"(?<!\\)\|", stripped[1:-1])]


def _assigned(name: str, text: str, origin: Origin, spelt: Spelling) -> Iterator[Example]:
    """`arr = [2, 1]` for the function's one parameter, with `return [1, 2]` some lines below."""
    head = re.search(_ONE_PARAMETER.format(name), text)
    if not head:
        return
    places = list(re.finditer(rf"(?m)^[ \t]*{head[1]}[ \t]*=[ \t]*(?P<given>\S.*?)[ \t]*$", text))
    ends = [*(p.start() for p in places[1:]), len(text)]
    for place, end in zip(places, ends[: len(places)], strict=True):
        below = text[place.end() : end].partition("\n\n")[0]
        result = re.search(
            r"(?m)^[ \t]*(?:returns?|outputs?|results?)[ \t]*[=:]?[ \t]*(?P<rest>[^\n]+)", below
        )
        if result and is_literal(as_python(place["given"], spelt)):
            yield from _pair(
                name,
                place["given"],
                result["rest"].strip(),
                text[place.start() : place.end()] + result.group(),
                origin,
                spelt,
            )


def go_outputs(text: str, origin: Origin, spelt: Spelling) -> Iterator[Example]:
    """`fmt.Println(Add(1, 2))` with `// Output: 3` below: one printed line for each call."""
    for output in _OUTPUT.finditer(text):
        lines = [output["first"], *(line.strip().lstrip("/") for line in output["rest"].splitlines())]
        wanted = [line.strip() for line in lines if line.strip()]
        body = text[: output.start()].rpartition("{")[2]
        calls = [m["call"] for line in body.splitlines() if (m := _PRINTED.search(line.strip()))]
        for call, value in zip(calls, wanted, strict=False) if len(calls) == len(wanted) else ():
            spelled = value if _PLAIN.fullmatch(value) else repr(value)
            made = example(spelt, call, spelled, f"{call} // Output: {value}", origin)
            yield from [made] if made and not value.startswith(("[", "map[", "{", "&")) else []
