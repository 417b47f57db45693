# ruff: noqa: E501 - programs of other languages stand here as they are
"""Examples of JavaScript, Java, Go and Rust programs, run for real."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.domain.findings import CheckResult, CheckStatus
from app.domain.runs import Language

RunExamples = Callable[..., CheckResult]

SCRIPT = """
const add = (a, b) => a + b;
function deep(x) {
  return x.y.z;
}
function wait(n) {
  while (n === 2) {}
  if (n === 3) process.exit(0);
  return n;
}
const shapes = async () => ({ m: new Map([['k', [1]]]), s: new Set(['a']), n: undefined, x: NaN });
class Stack { constructor() { this.a = []; } push(x) { this.a.push(x); return this; } pop() { return this.a.pop(); } }
class Solution { twoSum(a) { return a.length; } }
class Money { constructor(n) { this.n = n; } }
const money = n => new Money(n);
"""
MODULE = {
    "main.mjs": "import twice, { sq as square } from './lib/math.mjs';\nexport const f = x => twice(square(x));\n",
    "lib/math.mjs": "export default function twice(x) { return 2 * x; }\nexport { square as sq };\n"
    "const square = x => x * x;\n",
}
JAVA = """
package shop;
import java.util.*;
public class Main {
    static int add(int a, int b) { return a + b; }
    static double add(double a, double b) { return a + b; }
    private static List<Integer> twice(List<Integer> xs) { var r = new ArrayList<>(xs); r.addAll(xs); return r; }
    static int[] sizes(int[] xs, String s, char c) { return new int[] {xs.length, s.length(), c}; }
    static int wait(int n) {
        while (n == 2) {}
        if (n == 3) System.exit(0);
        if (n < 0) throw new IllegalArgumentException("negative: " + n);
        return n;
    }
    Optional<String> first(Map<String, List<String>> m) { return m.values().stream().flatMap(List::stream).findFirst(); }
    static int sum(int... xs) { return Arrays.stream(xs).sum(); }
    static Set<Character> letters(String s) { var r = new TreeSet<Character>(); for (char c : s.toCharArray()) r.add(c); return r; }
}
class Pile { private Deque<Integer> d = new ArrayDeque<>(); Pile push(int x) { d.push(x); return this; } int pop() { return d.pop(); } }
"""
GO = """package shop

import "errors"

type Grid [][]int

func add(a, b int) int { return a + b }
func Div(a, b float64) (float64, error) {
	if b == 0 {
		return 0, errors.New("by zero")
	}
	return a / b, nil
}
func Sizes(words []string, m map[string][]int, g Grid) (int, int, int) { return len(words), len(m), len(g) }
func wait(n int) int {
	for n == 2 {
	}
	list := []int{1, 0, 0, 0, 4}
	return list[n]
}
func Sum(xs ...int) int { t := 0; for _, x := range xs { t += x }; return t }
func Same[T any](xs []T) []T { return xs }
func code(c rune) rune { return c }
type Pile struct{ a []int }
func NewPile() *Pile { return &Pile{} }
func (p *Pile) Push(x int) *Pile { p.a = append(p.a, x); return p }
func (p *Pile) Len() int { return len(p.a) }
func main() { println("never run") }
"""
RUST = """//! A shop.
use std::collections::{HashMap, HashSet};
pub fn add(a: i32, b: i32) -> i32 { a + b }
fn words(s: &str) -> Vec<String> { s.split(' ').map(String::from).collect() }
fn total(xs: &[f64], more: Option<u8>) -> Option<f64> { more.map(|m| xs.iter().sum::<f64>() + m as f64) }
fn sizes(m: HashMap<String, Vec<i32>>, s: HashSet<char>, p: (i32, &str)) -> (usize, usize, i32) { (m.len(), s.len(), p.0) }
fn div(a: i64, b: i64) -> Result<i64, String> { if b == 0 { Err("by zero".into()) } else { Ok(a / b) } }
fn wait(n: usize) -> i32 {
    while n == 2 {}
    let list = vec![1, 0, 0, 0, 4];
    list[n]
}
#[derive(Debug)] struct Money { n: i32 }
fn money(n: i32) -> Money { Money { n } }
pub struct Pile { a: Vec<i32> }
impl Pile { pub fn new() -> Self { Pile { a: vec![] } } pub fn push(mut self, x: i32) -> Self { self.a.push(x); self } fn len(&self) -> usize { self.a.len() } }
fn main() { println!("{}", add(1, 2)); }
"""

RIGHT: dict[str, tuple[Language, dict[str, str], tuple[str, ...]]] = {
    "a script that exports nothing": (
        "javascript",
        {"solution.js": SCRIPT},
        (
            "add(1, 2) === 3", "add('a', 'b') // => 'ab'", "expect(add(1, 2)).toBe(3)", "deep(null) throws TypeError",
            "shapes() == {'m': {'k': [1]}, 's': ['a'], 'n': None, 'x': nan}", "new Stack().push(3).pop() === 3",
            "twoSum([1, 2]) == 2", "add([1].map(x => x + 1), '') -> '2'", "wait(1) returns 1",
        ),
    ),
    "modules that import each other": ("javascript", MODULE, ("f(3) == 18", "square(2) == 4", "twice(2) == 4")),
    "CommonJS": (
        "javascript",
        {"a.js": "const { b } = require('./lib/b');\nexports.a = () => b + 1;\n", "lib/b.js": "module.exports = { b: 2 };\n"},
        ("a() == 3",),
    ),
    "java": (
        "java",
        {"shop/Main.java": JAVA},
        (
            "Main.add(1, 2) == 3", "add(1.5, 2) == 3.5", "twice(List.of(1, 2)) -> [1, 2, 1, 2]",
            "sizes(new int[]{1, 2}, \"abc\", 'c') returns {2, 3, 99}", "wait(-1) throws IllegalArgumentException",
            "wait(-1) raises ValueError", "first({'k': ['v']}) == \"v\"", "first(Map.of()) == null", "sum() == 0",
            "letters(\"ba\") == {'a', 'b'}", "new Pile().push(3).pop() == 3", "assertEquals(5, Main.add(2, 3))",
        ),
    ),
    "go": (
        "go",
        {"shop.go": GO},
        (
            "add(1, 2) == 3", "Div(1, 2) == 0.5", "Div(1, 0) returns an error",
            "Sizes([]string{\"a\"}, map[string][]int{\"x\": {1}}, [][]int{{1}, {2}}) == (1, 1, 2)",
            "Sizes(['a'], {}, []) == (1, 0, 0)", "wait(7) panics", "Sum(1, 2, 3) == 6", "Same(['a']) == ['a']",
            "code('a') == 'a'", "NewPile().Push(3).Len() == 1",
        ),
    ),
    "rust": (
        "rust",
        {"solution.rs": RUST},
        (
            "assert_eq!(add(-1, 2), 1)", "words(\"a b\") == vec![\"a\", \"b\"]", "total(&[1.0, 2.5], Some(1)) == Some(4.5)",
            "total([], None) == None", "sizes({'a': [1]}, {'x'}, (3, 'y')) == (1, 1, 3)", "div(4, 2) == Ok(2)",
            "div(4, 0) returns an error", "assert!(div(1, 0).is_err())", "wait(7) panics", "Pile::new().push(3).len() == 1",
        ),
    ),
    "rust in several files": (
        "rust",
        {"src/lib.rs": "mod util;\npub use util::f;\n", "src/util.rs": "pub fn f(x: u8) -> u8 { g(x) }\nfn g(x: u8) -> u8 { x }\n"},
        ("f(1) == 1", "g(2) == 2", "util::g(3) == 3"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_examples_that_hold(run_examples: RunExamples, name: str) -> None:
    language, files, examples = RIGHT[name]
    result = run_examples(language, files, *examples)
    assert (result.evidence, result.passed) == ("", len(examples))
    assert result.status is CheckStatus.PASS
    assert result.sandbox


WRONG: dict[Language, tuple[dict[str, str], dict[str, str]]] = {
    "javascript": (
        {"solution.js": SCRIPT},
        {
            "add(1, 1) == 3": "add(1, 1) gave 2, expected 3",
            "deep(1) == 3": "(solution.js:",
            "deep(1) == 4": "TypeError",
            "wait(2) == 2": "wait(2) gave nothing: the program did not end within",
            "wait(3) == 3": "wait(3) gave nothing: the program ended by itself",
            "money(1) == 1": "an object of class Money, expected 1",
            "ad(1) == 1": "ad is not defined; the nearest is add in solution.js",
            "wait(4) == 4": "",
        },
    ),
    "java": (
        {"shop/Main.java": JAVA},
        {
            "add(1, 1) == 3": "add(1, 1) gave 2, expected 3",
            "wait(-1) == 3": "IllegalArgumentException: negative: -1 (shop/Main.java:12), expected 3\n    if (n < 0)",
            "wait(2) == 2": "wait(2) gave nothing: the program did not end within",
            "wait(3) == 3": "wait(3) gave nothing: the program ended by itself",
            "ad(1) == 1": "ad is not defined; the nearest is add in shop/Main.java",
            "add('x', 1) raises Exception": "does not fit: no method add of Main takes these arguments",
            "wait(4) == 4": "",
        },
    ),
    "go": (
        {"shop.go": GO},
        {
            "add(1, 1) == 3": "add(1, 1) gave 2, expected 3",
            "wait(7) == 3": "index out of range [7] with length 5 (shop.go:19), expected 3\n    return list[n]",
            "wait(2) == 2": "wait(2) gave nothing: the program did not end within",
            "Div(1, 0) == 0": "raised error: by zero, expected 0",
            "Ad(1) == 1": "Ad is not defined; the nearest is add",
            "add('x', 1) raises Exception": "cannot be said in Go: 'x' for int",
            "wait(4) == 4": "",
        },
    ),
    "rust": (
        {"solution.rs": RUST},
        {
            "add(1, 1) == 3": "add(1, 1) gave 2, expected 3",
            "wait(7) == 3": "index out of bounds: the len is 5 but the index is 7 (solution.rs:11), expected 3\n    list[n]",
            "wait(2) == 2": "wait(2) gave nothing: the program did not end within",
            "div(1, 0) == 0": 'raised Err: "by zero", expected 0',
            "money(1) == 1": "gave Money { n: 1 }",
            "ad(1) == 1": "ad is not defined; the nearest is add in solution.rs",
            "add('x', 1) == 1": "cannot be said in Rust: 'x' for i32",
            "wait(4) == 4": "",
        },
    ),
}


@pytest.mark.parametrize("language", WRONG)
def test_each_failure_says_why_and_hides_no_other(run_examples: RunExamples, language: Language) -> None:
    files, wanted = WRONG[language]
    result = run_examples(language, files, *wanted, seconds=1.5)
    entries = result.data["examples"]
    assert [e["ok"] for e in entries] == [said == "" for said in wanted.values()]
    for entry, said in zip(entries, wanted.values(), strict=True):
        assert said in entry["evidence"]
        assert len(entry["evidence"]) <= 600 or "compiled" in entry["evidence"]


@pytest.mark.parametrize(
    ("language", "files", "example", "said"),
    [
        ("java", {"A.java": 'class A { static int f() { return "a"; } }'}, "f() == 1", "incompatible types"),
        ("go", {"a.go": 'package a\nfunc f() int { return "a" }'}, "f() == 1", "a.go:2"),
        ("rust", {"a.rs": 'fn f() -> i32 { "a" }'}, "f() == 1", "mismatched types"),
    ],
)
def test_code_that_cannot_be_compiled_is_a_failure_with_the_compilers_words(
    run_examples: RunExamples, language: Language, files: dict[str, str], example: str, said: str
) -> None:
    result = run_examples(language, files, example)
    assert result.status is CheckStatus.FAIL
    assert "could not be compiled" in result.evidence
    assert said in result.evidence


def test_an_example_that_only_the_compiler_refuses_does_not_take_the_others_along(
    run_examples: RunExamples,
) -> None:
    code = "fn first<T: Clone>(xs: Vec<T>) -> T { xs[0].clone() }"
    result = run_examples("rust", {"a.rs": code}, "first([1, 'a']) == 1", "first([1, 2]) == 1")
    assert [e["ok"] for e in result.data["examples"]] == [False, True]
    assert "does not fit the code" in result.evidence


def test_a_package_that_the_sandbox_lacks_skips_the_examples(run_examples: RunExamples) -> None:
    result = run_examples(
        "javascript", {"a.js": "const _ = require('lodash');\nfunction f() { return 1; }"}, "f() == 1"
    )
    assert (result.status, result.reason) == (
        CheckStatus.SKIPPED,
        "needs lodash, which the sandbox does not have",
    )


def test_only_distinct_failures_are_told_at_first_and_at_most_three(run_examples: RunExamples) -> None:
    code = "def f(n):\n    if n > 5: raise KeyError(n)\n    values = [n]\n    return values[n]\n"
    examples = [f"f({n}) == 9" for n in (1, 2, 3, 6, 0)]
    result = run_examples("python", {"a.py": code}, *examples)
    heads = [line.partition(" ")[0] for line in result.evidence.splitlines() if line.startswith("f(")]
    assert heads == ["f(1)", "f(6)", "f(0)"]
    entry = result.data["examples"][0]
    assert entry["locals"] == {"n": "1", "values": "[1]"}
    assert entry["traceback"] == ["a.py:4 in f: return values[n]"]
    assert "    return values[n]\n    where n = 1, values = [1]" in entry["evidence"]
    assert (entry["call"], entry["expected"], entry["error"]) == (
        "f(1)",
        "9",
        "IndexError: list index out of range",
    )
