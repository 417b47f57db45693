"""A call taken apart: what harnesses of typed languages can make from a Python expression."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from app.checks.values import literal


@dataclass(frozen=True)
class Step:
    """A call of `path` with plain values; after the first step the path is a method of the result so far."""

    path: tuple[str, ...]
    values: tuple[Any, ...]


def steps(expression: str) -> tuple[Step, ...]:
    """`Stack(3).push('a')` is two steps. Raises ValueError for anything but calls with plain values."""
    try:
        node: ast.expr = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(expression) from error
    found: list[Step] = []
    while isinstance(node, ast.Call):
        values = tuple(literal(ast.unparse(a)) for a in [*node.args, *(k.value for k in node.keywords)])
        path: list[str] = []
        node = node.func
        while isinstance(node, ast.Attribute):
            path.insert(0, node.attr)
            node = node.value
        if isinstance(node, ast.Name):
            path.insert(0, node.id)
        found.insert(0, Step(tuple(path), values))
    if not found or not isinstance(node, ast.Name):
        raise ValueError(expression)
    return tuple(found)
