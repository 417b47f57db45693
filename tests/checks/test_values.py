"""Comparing literals outside the sandbox."""

from __future__ import annotations

import pytest

from app.checks.values import alike, hint, is_literal, literal, same


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ("4", "4"),
        ("4.0", "4"),
        ("0.30000000000000004", "0.3"),
        ("nan", "nan"),
        ("[inf, -inf]", "[inf, -inf]"),
        ("{'b': 1, 'a': 0.1}", "{'a': 0.1, 'b': 1}"),
        ("{1, 2}", "{2, 1}"),
        ("set()", "set()"),
        ("(1, [2, (3,)])", "(1, [2, (3,)])"),
        ("1" * 4000, "1" * 4000),
        ("True", "True"),
        ("b'x'", "b'x'"),
    ],
)
def test_equal(actual: str, expected: str) -> None:
    assert same(literal(actual), literal(expected))


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ("4", "5"),
        ("4", "'4'"),
        ("1.001", "1.0"),
        ("(1, 2)", "[1, 2]"),
        ("[(1, 6)]", "[[1, 6]]"),
        ("[1, 2]", "[1, 2, 3]"),
        ("nan", "1.0"),
        ("1" + "0" * 400, "1.5"),
        ("{'a': 1}", "{'a': 2}"),
        ("{'a': 1}", "{'b': 1}"),
        ("None", "[]"),
        ("9007199254740993", "9007199254740992"),
    ],
)
def test_different(actual: str, expected: str) -> None:
    assert not same(literal(actual), literal(expected))


@pytest.mark.parametrize("text", ["f(2)", "x", "1 +", "", "[" * 5000, "__import__('os')", "\0"])
def test_not_a_literal(text: str) -> None:
    assert not is_literal(text)


def test_hints() -> None:
    assert "lists and tuples" in hint([(1, 6)], [[1, 6]])
    assert "white space" in hint("a\n", "a")
    assert hint(1, 2) == ""


@pytest.mark.parametrize(
    ("actual", "expected", "are"),
    [
        ([1, 2], (1, 2), True),
        ({1, 2}, [2, 1], True),
        ({"1": [2.0]}, {1: (2,)}, True),
        (97, "a", True),
        (97, "b", False),
        (True, 1, False),
        (1, True, False),
        ([1], [1, 2], False),
        ({"a": 1}, {"b": 1}, False),
        ("[1]", [1], False),
        ({1}, 1, False),
    ],
)
def test_other_languages_say_less_of_their_values(actual: object, expected: object, are: bool) -> None:
    assert alike(actual, expected) is are
