"""Reading examples in the notations people use."""

from __future__ import annotations

import pytest

from app.checks.examples import combined, examples_in, parse_example
from app.errors import AppError, ErrorKind


@pytest.mark.parametrize(
    "text",
    [
        "f(2) == 4",
        "f(2) = 4",
        "f(2) => 4",
        "f(2) ==> 4",
        "f(2) -> 4",
        "f(2) --> 4",
        "f(2) → 4",
        "f(2) ➞ 4",
        "f(2) === 4",
        "f(2) returns 4",
        "f(2) should return 4",
        "f(2) should be 4",
        "f(2) should equal 4.",
        "f(2) must give 4",
        "f(2) gives 4",
        "f(2) is 4",
        "f(2) equals 4",
        "f(2) evaluates to 4",
        "f(2) # returns 4",
        "f(2) # => 4",
        "f(2): 4",
        "assert f(2) == 4",
        "`f(2)` -> `4`",
        "- f(2) == 4",
        "* `f(2) == 4`",
        "1. f(2) == 4",
        "4 == f(2)",
        ">>> f(2)\n4",
        ">>>f(2)\n4",
        "    >>> f(2)\n    4",
        "f(2) == 4  # twice",
        "e.g. f(2) == 4",
        "f(2) -> 5 - 1 = 4",
    ],
)
def test_notations_of_a_value(text: str) -> None:
    example = parse_example(text)
    assert (example.call, example.expected, example.raises) == ("f(2)", "4", None)


@pytest.mark.parametrize(
    "text",
    [
        "f(-1) raises ValueError",
        "f(-1) raises a ValueError",
        "f(-1) should raise ValueError",
        "f(-1) -> ValueError",
        "f(-1) throws ValueError",
        "f(-1) => raises ValueError",
        "with pytest.raises(ValueError): f(-1)",
        ">>> f(-1)\nTraceback (most recent call last):\n    ...\nValueError: no",
    ],
)
def test_notations_of_an_exception(text: str) -> None:
    example = parse_example(text)
    assert (example.call, example.expected, example.raises) == ("f(-1)", None, "ValueError")


@pytest.mark.parametrize(
    ("text", "call", "expected"),
    [
        ("is_even(2) => true", "is_even(2)", "True"),
        ('f({"a": null}) == {"b": [false]}', "f({'a': None})", "{'b': [False]}"),
        ("f('a)b') == \"c == d\"", "f('a)b')", '"c == d"'),
        ("merge([[1, 3], [2, 6]]) -> [[1, 6]]", "merge([[1, 3], [2, 6]])", "[[1, 6]]"),
        ("decode(encode('ab')) == 'ab'", "decode(encode('ab'))", "'ab'"),
        ("Stack().push(1).pop() == 1", "Stack().push(1).pop()", "1"),
        ("f(2)[0] == 4", "f(2)[0]", "4"),
        ("f(2) == [1] * 3", "f(2)", "[1] * 3"),
        ("f(2) == Point(1, 2)", "f(2)", "Point(1, 2)"),
        ("f(2) is None", "f(2)", "None"),
        ("assert is_even(2)", "bool(is_even(2))", "True"),
        ("assert not is_even(3)", "not is_even(3)", "True"),
        ("abs(f(2) - 1.414) < 0.001", "abs(f(2) - 1.414) < 0.001", "True"),
        ("f(math.pi) == -1.5e3", "f(math.pi)", "-1500.0"),
        ("f(lambda x: x + 1, [y for y in 'ab']) == 1", "f(lambda x: x + 1, [y for y in 'ab'])", "1"),
    ],
)
def test_calls_and_values(text: str, call: str, expected: str) -> None:
    example = parse_example(text)
    assert example.call == call
    assert example.expected is not None
    assert eval_if_plain(example.expected) == eval_if_plain(expected)


def eval_if_plain(text: str) -> object:
    return text if "Point" in text else eval(text)


def test_statements_before_the_call() -> None:
    example = parse_example("s = Stack(); s.push(1); s.pop() == 1")
    assert (example.setup, example.call, example.expected) == ("s = Stack()\ns.push(1)", "s.pop()", "1")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "f(2)",
        "f(2) returns the square",
        "== 4",
        "f(2 == 4",
        "\0",
        "(" * 3000,
        "x = 4",
        "f(2) returns an empty list",
    ],
)
def test_what_is_not_understood_is_named_with_the_notations_that_are(text: str) -> None:
    with pytest.raises(AppError) as caught:
        parse_example(text)
    assert caught.value.kind is ErrorKind.INVALID_REQUEST
    assert repr(text[:200]) in caught.value.message
    assert "f(2) == 4" in caught.value.hint


def test_unbound_names_are_named() -> None:
    with pytest.raises(AppError, match="uses abc without"):
        parse_example("is_happy(abc) == True")


def test_examples_in_running_text() -> None:
    text = """
    Write `merge(intervals)`. For instance merge([[1, 3], [2, 6]]) returns [[1, 6]], and merge([]) -> [].
    * merge([[1, 4]])  ➞ [[1, 4]]
    merge(x) == y is only a sketch, tri(n) = 1 + n / 2 a formula, and 3 = 2 + 1 no call at all.
    It raises an error for wrong input: merge(None) should raise a TypeError.
    merge([]) == []   (again)
    """
    found = [(e.call, e.expected, e.raises) for e in examples_in(text)]
    assert found == [
        ("merge([[1, 3], [2, 6]])", "[[1, 6]]", None),
        ("merge([])", "[]", None),
        ("merge([[1, 4]])", "[[1, 4]]", None),
        ("merge(None)", None, "TypeError"),
    ]
    assert {e.origin for e in examples_in(text)} == {"requirements"}


def test_values_over_several_lines() -> None:
    (found,) = examples_in("get([\n  [1, 2],\n  [3]\n], 1) == [(0, 0),\n (1, 1)]\nNote: more text.")
    assert found.call == "get([[1, 2], [3]], 1)"
    assert found.expected == "[(0, 0), (1, 1)]"


def test_doctests_that_share_a_variable() -> None:
    found = examples_in(">>> s = Stack()\n>>> s.push(1)\n>>> s.pop()\n1\n\nand\n\n>>> size([])\n0\n")
    assert [(e.setup, e.call, e.expected) for e in found] == [
        ("s = Stack()\ns.push(1)", "s.pop()", "1"),
        ("", "size([])", "0"),
    ]


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("def pluck(nodes):\n Input: [4, 2, 3]\n Output: [2, 1]", "pluck([4, 2, 3])"),
        ("Write a function `pluck`. Input: nodes = [4], k = 2, output: [2, 1]", "pluck([4], 2)"),
        ("A function named pluck. For nodes = [4, 2] the output should be [2, 1].", "pluck([4, 2])"),
    ],
)
def test_input_and_output(text: str, call: str) -> None:
    assert [(e.call, e.expected) for e in examples_in(text)] == [(call, "[2, 1]")]


@pytest.mark.parametrize(
    "text",
    [
        "Write something. Input: 2 Output: 4",
        "def f(x): ...\ndef g(x): ...\nInput: 2 Output: 4",
        "def f(x): Input: a number Output: 4",
        "ord('a') = 97",
        "f(" * 10_000,
        "The call f(2) returns 4 times as much",
        "",
    ],
)
def test_what_is_not_certain_is_left_out(text: str) -> None:
    assert examples_in(text) == []


def test_of_two_examples_for_a_call_the_first_group_counts() -> None:
    users = [parse_example("f(2) == 4"), parse_example("f(3) == 6")]
    found = combined(users, examples_in("f( 2 ) returns 5 and f(4) returns 8"))
    assert [(e.call, e.expected, e.origin) for e in found] == [
        ("f(2)", "4", "user"),
        ("f(3)", "6", "user"),
        ("f(4)", "8", "requirements"),
    ]
