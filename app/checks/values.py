"""Compares what an example gave with what it should, on our side of the sandbox.

Equality is Python's own `==` on literals, with two differences: floats may differ by rounding, and a
list is never a tuple (which is Python's rule, too, but is worth a hint when nothing else differs).
"""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from typing import Any, cast

RELATIVE = 1e-6
ABSOLUTE = 1e-9
NAMED = {"inf": math.inf, "nan": math.nan}


class _Named(ast.NodeTransformer):
    """Puts in the values that `repr` writes as names."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in NAMED:
            return ast.copy_location(ast.Constant(NAMED[node.id]), node)
        return node


def literal(text: str) -> Any:
    """The value a literal stands for; also `inf` and `nan`. Raises ValueError for anything else."""
    try:
        return ast.literal_eval(_Named().visit(ast.parse(text.strip(), mode="eval")))
    except (SyntaxError, TypeError, RecursionError, MemoryError) as error:
        raise ValueError(f"not a literal: {text[:80]}") from error


def is_literal(text: str) -> bool:
    """Whether `literal` understands it."""
    try:
        literal(text)
    except ValueError:
        return False
    return True


def same(actual: Any, expected: Any) -> bool:
    """Whether two literals are equal in the sense described above."""
    if _is_number(actual) and _is_number(expected):
        return _same_number(actual, expected)
    if isinstance(expected, (list, tuple)):
        kind = list if isinstance(expected, list) else tuple
        return isinstance(actual, kind) and _same_items(
            cast("Sequence[Any]", actual), cast("Sequence[Any]", expected)
        )
    if isinstance(expected, dict):
        return isinstance(actual, dict) and _same_dict(
            cast("dict[Any, Any]", actual), cast("dict[Any, Any]", expected)
        )
    return bool(actual == expected)


def alike(actual: Any, expected: Any) -> bool:
    """Whether two values of a language other than Python are equal, which its literals say less exactly.

    All sequences are alike, a set is alike to a list of its items, keys are compared by their text, and a
    character is a text of one letter or its code.
    """
    if isinstance(actual, set) or isinstance(expected, set):
        return _alike_sets(actual, expected)
    if isinstance(expected, (list, tuple)):
        items = cast("Sequence[Any]", expected)
        given = cast("Sequence[Any]", actual)
        return (
            isinstance(actual, (list, tuple)) and len(given) == len(items) and all(map(alike, given, items))
        )
    if isinstance(expected, dict):
        pair = cast("tuple[dict[Any, Any], ...]", (actual, expected))
        return isinstance(actual, dict) and _alike_dicts(*pair)
    if isinstance(expected, str) and isinstance(actual, int) and not isinstance(actual, bool):
        return len(expected) == 1 and ord(expected) == actual
    if isinstance(actual, bool) != isinstance(expected, bool):
        return False
    return same(actual, expected)


def _alike_sets(actual: Any, expected: Any) -> bool:
    if not all(isinstance(v, (set, list, tuple)) for v in (actual, expected)):
        return False
    ordered = [sorted(cast("Sequence[Any]", v), key=repr) for v in (actual, expected)]
    return alike(*ordered)


def _alike_dicts(actual: dict[Any, Any], expected: dict[Any, Any]) -> bool:
    given = {str(k): v for k, v in actual.items()}
    wanted = {str(k): v for k, v in expected.items()}
    return given.keys() == wanted.keys() and all(alike(given[k], v) for k, v in wanted.items())


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float))


def _same_number(actual: float, expected: float) -> bool:
    if isinstance(actual, int) and isinstance(expected, int):
        return actual == expected
    try:
        if math.isnan(expected):
            return math.isnan(actual)
        return math.isclose(actual, expected, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    except OverflowError:  # an int too large for a float
        return False


def _same_items(actual: Sequence[Any], expected: Sequence[Any]) -> bool:
    return len(actual) == len(expected) and all(map(same, actual, expected))


def _same_dict(actual: dict[Any, Any], expected: dict[Any, Any]) -> bool:
    return actual.keys() == expected.keys() and all(same(actual[k], v) for k, v in expected.items())


def hint(actual: Any, expected: Any) -> str:
    """What may explain a small difference, e.g. tuples where lists are expected; else empty."""
    if same(_as_lists(actual), _as_lists(expected)):
        return "the same items, but lists and tuples differ"
    if isinstance(actual, str) and isinstance(expected, str) and actual.strip() == expected.strip():
        return "only white space differs"
    return ""


def _as_lists(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_as_lists(v) for v in cast("Sequence[Any]", value)]
    if isinstance(value, dict):
        return {k: _as_lists(v) for k, v in cast("dict[Any, Any]", value).items()}
    return value
