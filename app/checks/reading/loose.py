"""Names in a piece of JavaScript that nobody defines: an example with one is a sketch."""

from __future__ import annotations

import builtins
from typing import Final

from tree_sitter import Node

from app.checks.languages import parse, walk

GLOBALS: Final = frozenset(
    [
        "Array",
        "BigInt",
        "Boolean",
        "Date",
        "Error",
        "Infinity",
        "JSON",
        "Map",
        "Math",
        "NaN",
        "Number",
        "Object",
        "Promise",
        "RegExp",
        "Set",
        "String",
        "Symbol",
        "TypeError",
        "RangeError",
        "undefined",
        "parseInt",
        "parseFloat",
        "isNaN",
    ]
)
BINDING: Final = ("arrow_function", "formal_parameters", "variable_declarator")


def loose_names(expression: str) -> set[str]:
    """Names that are neither called nor bound in it; also functions that only Python has, as `round`."""
    loose: set[str] = set()
    bound: set[str] = set()
    for node, entering in walk(parse(f"({expression})", "javascript")):
        if not entering or node.type != "identifier" or node.parent is None:
            continue
        name = (node.text or b"").decode("utf-8", "replace")
        if _binds(node, node.parent):
            bound.add(name)
        elif name not in GLOBALS and (not _is_called(node, node.parent) or hasattr(builtins, name)):
            loose.add(name)
    return loose - bound


def _binds(node: Node, parent: Node) -> bool:
    if parent.type not in BINDING and "pattern" not in parent.type:
        return False
    return parent.type != "arrow_function" or parent.child_by_field_name("parameter") == node


def _is_called(node: Node, parent: Node) -> bool:
    if parent.type == "member_expression":  # `stack.pop()`: its owner may be a module or a class
        return parent.child_by_field_name("object") == node
    return node in (parent.child_by_field_name("function"), parent.child_by_field_name("constructor"))
