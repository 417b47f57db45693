"""Reads examples that are Python themselves: `f(2) == 4`, `assert f(2)`, `s = Stack(); s.pop() == 1`."""

from __future__ import annotations

import ast

from app.checks.reading.example import Example, Origin
from app.checks.reading.prose import example
from app.checks.reading.spelling import spelling
from app.checks.values import is_literal


def from_python(body: str, text: str, origin: Origin) -> Example | None:
    """An example that is Python: `[setup;] call == value`, or any expression that should be true."""
    try:
        statements = ast.parse(body).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    last = statements[-1] if statements else None
    asserted = isinstance(last, ast.Assert)
    if isinstance(last, ast.Assert):
        last = ast.copy_location(ast.Expr(last.test), last)
    if not isinstance(last, ast.Expr) or not any(isinstance(n, ast.Call) for n in ast.walk(last)):
        return None
    setup = "\n".join(ast.unparse(statement) for statement in statements[:-1])
    value = last.value
    if isinstance(value, ast.Call | ast.Attribute | ast.Subscript):
        asserted = asserted or "assert" in text
        return _truth(f"bool({ast.unparse(value)})", text, origin, setup) if asserted else None
    if isinstance(value, ast.Compare) and len(value.ops) == 1 and isinstance(value.ops[0], ast.Eq | ast.Is):
        sides = [ast.get_source_segment(body, side) or "" for side in (value.left, value.comparators[0])]
        if is_literal(sides[0]):
            sides.reverse()
        return example(spelling("python"), sides[0], sides[1], text, origin, setup=setup)
    return _truth(ast.unparse(value), text, origin, setup)


def _truth(expression: str, text: str, origin: Origin, setup: str) -> Example | None:
    """An expression that should be true."""
    return example(spelling("python"), expression, "True", text, origin, setup=setup)
