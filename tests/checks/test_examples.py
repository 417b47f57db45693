"""Reading examples in the notations people use."""

from __future__ import annotations

import pytest

from app.checks.examples import ANY_ERROR, combined, examples_in, parse_example
from app.domain.runs import Language
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


@pytest.mark.parametrize(
    ("language", "text", "call", "expected"),
    [
        ("javascript", "f(2) === 4", "f(2)", "4"),
        ("javascript", "f([1, 2]); // => [2, null]", "f([1, 2])", "[2, None]"),
        ("javascript", "f({a: 1}) // {b: undefined}", "f({'a': 1})", "{'b': None}"),
        ("javascript", "expect(f('a')).toEqual(['b'])", "f('a')", "['b']"),
        ("javascript", "console.assert(!f(`x`))", "f('x')", "False"),
        ("javascript", "new Stack(3).push(1).pop() -> 1", "Stack(3).push(1).pop()", "1"),
        ("javascript", "f([1], x => 2 * x) === 2", "f([1], x => 2 * x)", "2"),
        ("javascript", "f(True, None) == [False]", "f(True, None)", "[False]"),
        ("java", "Main.add(1, 2L) == 3", "Main.add(1, 2)", "3"),
        ("java", "f(new int[]{1, 2}, 'c') returns new int[][]{{1}, {2}}", "f([1, 2], 'c')", "[[1], [2]]"),
        ("java", 'f(Map.of("a", List.of(1.5f))) == null', "f({'a': [1.5]})", "None"),
        ("java", "assertEquals(3, new Solution().add(1, 2))", "Solution().add(1, 2)", "3"),
        ("go", 'Add([]int{1}, map[string]int{"a": 2}) == nil', "Add([1], {'a': 2})", "None"),
        ("go", 'f(\'a\', []byte("ab")) == [][]string{{"x"}}', "f('a', 'ab')", "[['x']]"),
        ("rust", "assert_eq!(add(1, 2), 3)", "add(1, 2)", "3"),
        ("rust", 'assert_eq!(f(&[1u8], "a".to_string()), Some(vec![1]))', "f([1], 'a')", "[1]"),
        ("rust", "Stack::new(3).len() == 3", "Stack.new(3).len()", "3"),
        ("rust", "f(vec![], None, true) -> Some(2)", "f([], None, True)", "2"),
    ],
)
def test_what_other_languages_write(language: Language, text: str, call: str, expected: str) -> None:
    example = parse_example(text, language=language)
    assert (example.call, eval(example.expected or "")) == (call, eval(expected))


@pytest.mark.parametrize(
    ("language", "text", "raises"),
    [
        ("java", "f(-1) throws IllegalArgumentException", "IllegalArgumentException"),
        ("java", "assertThrows(IllegalStateException.class, () -> f(-1));", "IllegalStateException"),
        ("javascript", "f(-1) throws RangeError", "RangeError"),
        ("javascript", "expect(() => f(-1)).toThrow(TypeError)", "TypeError"),
        ("rust", "f(-1) panics", ANY_ERROR),
        ("rust", "assert!(f(-1).is_err())", ANY_ERROR),
        ("go", "f(-1) returns an error", ANY_ERROR),
        ("python", "f(-1) raises an error", ANY_ERROR),
    ],
)
def test_errors_of_other_languages(language: Language, text: str, raises: str) -> None:
    example = parse_example(text, language=language)
    assert (example.call, example.expected, example.raises) == ("f(-1)", None, raises)


TABLE = "static int add(int a, int b)\n| a | b | result |\n|---|---|---|\n| 1 | 2 | 3 |\n| 2 | 2 | 4 |"
JSDOC = "/**\n * @example\n * // returns 3\n * add(1, 2);\n * add(2, 2); // => 4\n */"
RUSTDOC = "/// ```\n/// let sum = shop::add(1, 2);\n/// assert_eq!(sum, 3);\n/// ```"


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("javascript", JSDOC, ["add(1, 2)", "add(2, 2)"]),
        ("rust", RUSTDOC, ["shop.add(1, 2)"]),
        ("go", "func ExampleAdd() {\n\tfmt.Println(Add(1, 2))\n\t// Output: 3\n}", ["Add(1, 2)"]),
        ("go", "// >>> Add([]int{1}, 2)\n// 3\nfunc Add(xs []int, n int) int {", ["Add([1], 2)"]),
        ("java", TABLE, ["add(1, 2)", "add(2, 2)"]),
        ("javascript", "poly(x) === 0 and round(f(2), 2) === 1 are sketches", []),
        ("java", "int add(int a) { return Main.add(b); }", []),
    ],
)
def test_documents_of_other_languages(language: Language, text: str, found: list[str]) -> None:
    assert sorted(e.call for e in examples_in(text, language=language)) == found


def test_the_quotes_that_close_a_docstring_end_its_last_doctest() -> None:
    text = 'def f(n):\n    """Doubles.\n    >>> f(1)\n    2\n    >>> f(2)\n    4\n    """\n'
    assert [(e.call, e.expected) for e in examples_in(text)] == [("f(1)", "2"), ("f(2)", "4")]


def test_a_doctest_that_prints_nothing_gives_none_where_others_give_values() -> None:
    text = ">>> longest([])\n>>> longest(['a'])\n'a'\n"
    assert ("longest([])", "None") in [(e.call, e.expected) for e in examples_in(text)]


HAPPY = "def happy(s):\n happy(a) => False\n happy(ab) => True\n happy(abc) => True"
PAD = "def pad(grid, k):\n Input:\n  grid : [[1]]\n  k : 2\n Output: 6"
TRI = "def tri(n):\n tri(1) = 3\n tri(2) = 2\n You return a list. Examples:\n tri(3) = [1, 3, 2, 8]"
SORT = "def sort_array(a):\n * sort_array([]) => []\n * sort_array([5]) => [5]"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (HAPPY, ["happy('a')", "happy('ab')", "happy('abc')"]),
        ("def odd_collatz(n):\n    Collatz(1) is [1].", ["odd_collatz(1)"]),
        ("def rank(s):\n    ord('a') = 0", []),
        ("def solve(N):\n    '''Sum.'''", []),
        (PAD, ["pad([[1]], 2)"]),
        (TRI, ["tri(3)"]),
        (SORT, ["sort_array([])", "sort_array([5])"]),
    ],
)
def test_what_a_text_says_of_its_own_examples(text: str, found: list[str]) -> None:
    assert [e.call for e in examples_in(text)] == found


def test_a_tuple_of_one_where_the_others_are_tuples() -> None:
    text = 'def f(a): ...\nf(1) ==> ("a", "b")\nf(2) ==> ("a")\n'
    assert [e.expected for e in examples_in(text)] == ['("a", "b")', '("a",)']
