"""JavaScript with strings put together and computed members written out: `g["ev" + "al"]` becomes `g.eval`.

Nothing is evaluated. Every line stays where it was.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from tree_sitter import Node

from app.checks.languages import walk

MOST_CHARACTERS: Final = 20_000
_ESCAPE: Final = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]{1,6}\}|\n|.)", re.DOTALL)
_SIMPLE: Final = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "f": "\f", "v": "\v", "\n": ""}
_NAME: Final = re.compile(r"[A-Za-z_$][\w$]*")


def fold(text: str, root: Node) -> str:
    """The text with what is folded in place; equal to `text` if nothing is. Decoded data is added below."""
    folder = _Folder(root)
    data = text.encode("utf-8", "surrogatepass")
    parts: list[bytes] = []
    position = 0
    for node, new in folder.replacements(root):
        lines = b"\n" * data.count(b"\n", node.start_byte, node.end_byte)
        parts += [data[position : node.start_byte], new.encode("utf-8", "surrogatepass"), lines]
        position = node.end_byte
    if not parts:
        return text
    folded = b"".join([*parts, data[position:]]).decode("utf-8", "surrogatepass")
    return folded + "".join(f"\n{part}" for part in dict.fromkeys(folder.decoded))


class _Folder:
    def __init__(self, root: Node) -> None:
        self.decoded: list[str] = []
        self._known = _known_names(root)

    def replacements(self, root: Node) -> Iterator[tuple[Node, str]]:
        """The outermost nodes that can be written in a plainer way, in the order of the text."""
        end = 0
        for node, entering in walk(root):
            if not entering or node.start_byte < end:
                continue
            new = self._plainer(node)
            if new is not None:
                end = node.end_byte
                yield node, new

    def _plainer(self, node: Node) -> str | None:
        if node.type in ("binary_expression", "call_expression"):
            value = self._value(node)
            return None if value is None else _quoted(value)
        if node.type == "subscript_expression":
            owner, index = node.child_by_field_name("object"), node.child_by_field_name("index")
            name = self._value(index) if index else None
            if owner and name and _NAME.fullmatch(name):
                return f"{self._text(owner)}.{name}"
        if node.type == "string" and b"\\" in (node.text or b""):
            value = self._value(node)
            return None if value is None else _quoted(value)
        return None

    def _text(self, node: Node) -> str:
        return self._plainer(node) or _source(node)

    def _value(self, node: Node) -> str | None:
        """The string that an expression is made of constants for; None where it is not."""
        match node.type:
            case "string" | "template_string":
                fixed = all(c.type != "template_substitution" for c in node.children)
                return _unquoted(_source(node)[1:-1]) if fixed else None
            case "identifier":
                return self._known.get(_source(node))
            case "parenthesized_expression" if node.named_child_count == 1:
                return self._value(node.named_children[0])
            case "binary_expression":
                return self._sum(node)
            case "call_expression":
                return self._call(node)
            case _:
                return None

    def _sum(self, node: Node) -> str | None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        if left is None or right is None or operator is None or operator.type != "+":
            return None
        a = self._value(left)
        b = self._value(right) if a is not None else None
        return a + b if a is not None and b is not None and len(a) + len(b) <= MOST_CHARACTERS else None

    def _call(self, node: Node) -> str | None:
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is None or arguments is None:
            return None
        name, given = _source(function), arguments.named_children
        if name in ("atob", "window.atob", "globalThis.atob") and len(given) == 1:
            return self._decoded(given[0], "base64")
        if name == "String.fromCharCode":
            return _characters(given)
        if function.type == "member_expression":
            return self._method(function, given)
        return None

    def _method(self, function: Node, given: list[Node]) -> str | None:
        owner, member = function.child_by_field_name("object"), function.child_by_field_name("property")
        if owner is None or member is None:
            return None
        name = _source(member)
        if name == "toString" and owner.type == "call_expression":
            return self._buffer(owner)
        if name == "join" and len(given) == 1:
            return self._join(owner, given[0])
        if name == "concat":
            values = [self._value(n) for n in (owner, *given)]
            return "".join(v for v in values if v is not None) if None not in values else None
        return None

    def _buffer(self, call: Node) -> str | None:
        """`Buffer.from("...", "base64")`."""
        function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
        if function is None or arguments is None or _source(function) != "Buffer.from":
            return None
        given = arguments.named_children
        form = self._value(given[1]) if len(given) == 2 else None
        return self._decoded(given[0], form) if form in ("base64", "hex") else None

    def _decoded(self, node: Node, form: str) -> str | None:
        data = self._value(node)
        if data is None:
            return None
        try:
            raw = base64.b64decode(data) if form == "base64" else codecs.decode(data, "hex")
        except (binascii.Error, ValueError):
            return None
        text = raw[:MOST_CHARACTERS].decode("utf-8", "replace")
        self.decoded.append(text)
        return text

    def _join(self, owner: Node, separator: Node) -> str | None:
        """`["a", "b"].join("")`, and `"ba".split("").reverse().join("")`."""
        between = self._value(separator)
        if between is None:
            return None
        if owner.type == "array":
            values = [self._value(n) for n in owner.named_children]
            return between.join(v for v in values if v is not None) if None not in values else None
        text = re.fullmatch(r"""(?s)(["'].*["'])\.split\((?:""|'')\)\.reverse\(\)""", _source(owner))
        return _unquoted(text[1][1:-1])[::-1] if text and not between else None


def _known_names(root: Node) -> dict[str, str]:
    """Names declared once, with a literal, and never assigned to."""
    bound: Counter[str] = Counter()
    values: dict[str, str] = {}
    for node, entering in walk(root):
        if not entering:
            continue
        if node.type == "variable_declarator":
            name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
            if name is not None and name.type == "identifier":
                bound[_source(name)] += 1
                if value is not None and value.type == "string":
                    values[_source(name)] = _unquoted(_source(value)[1:-1])
        elif node.type in ("assignment_expression", "augmented_assignment_expression", "formal_parameters"):
            left = node.child_by_field_name("left")
            bound.update(_source(n) for n in ([left] if left else node.named_children))
    return {name: value for name, value in values.items() if bound[name] == 1}


def _characters(nodes: list[Node]) -> str | None:
    numbers = [_source(n) for n in nodes]
    if not numbers or not all(re.fullmatch(r"0x[0-9a-fA-F]{1,5}|\d{1,6}", n) for n in numbers):
        return None
    codes = [int(n, 16 if n.startswith("0x") else 10) for n in numbers]
    return "".join(map(chr, codes)) if all(0 < c < 0x110000 for c in codes) else None


def _source(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "surrogatepass")


def _unquoted(text: str) -> str:
    return _ESCAPE.sub(lambda m: _escaped(m[1]), text)


def _escaped(code: str) -> str:
    digits = code[1:].strip("{}")
    if code[0] in "xu" and digits:
        number = int(digits, 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    return _SIMPLE.get(code, code)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
    return f'"{escaped}"'
