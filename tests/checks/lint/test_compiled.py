"""Lint by real toolchains in the real sandbox: findings, what is no finding, what becomes of failures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app.checks.lint.check import LintCheck
from app.checks.lint.compiled import LIMITS, CompiledLintCheck
from app.checks.pipeline import Pipeline, Subject
from app.checks.sandbox.base import DEFAULT_LIMITS, NEVER, Execution, Limits, Probe, Program
from app.checks.sandbox.choice import Choice
from app.checks.sandbox.native import Native
from app.domain.artifacts import Artifact, SourceFile
from app.domain.findings import CheckResult, CheckStatus, Level, Severity
from app.domain.runs import Language
from app.errors import AppError, ErrorKind

Lint = Callable[[Mapping[str, str]], CheckResult]
Found = tuple[str, str, int | None, Severity]

ODD: dict[Language, tuple[dict[str, str], list[Found]]] = {
    "java": (
        {
            "app/Sum.java": "package app;\n\nimport java.util.*;\n\npublic class Sum {\n"
            "    static List<String> f() {\n        List l = new ArrayList<String>();\n"
            "        return l;\n    }\n}\n",
            "app/util/Sum.java": "package app.util;\n\npublic class Sum {\n"
            "    public static int g(int x) {\n        return x / 0;\n    }\n}\n",
        },
        [
            ("app/Sum.java", "javac:rawtypes", 7, Severity.MINOR),
            ("app/Sum.java", "javac:unchecked", 8, Severity.MINOR),
            ("app/util/Sum.java", "javac:divzero", 5, Severity.MAJOR),
        ],
    ),
    "go": (
        {
            "sum.go": 'package sum\n\nimport "fmt"\n\nfunc F(x int) int {\n\tfmt.Printf("%s\\n", x)\n'
            '\treturn x\n\tfmt.Println("never")\n\treturn 0\n}\n',
            "sum_test.go": 'package sum\n\nimport "testing"\n\nfunc TestF(t *testing.T) {\n'
            '\tt.Errorf("%d", "x")\n}\n',
            "util/util.go": "package util\n\nfunc  G() {}\n",
        },
        [
            ("sum.go", "vet:printf", 6, Severity.MAJOR),
            ("sum.go", "vet:unreachable", 8, Severity.MINOR),
            ("sum_test.go", "vet:printf", 6, Severity.MAJOR),
            ("util/util.go", "gofmt", None, Severity.INFO),
        ],
    ),
    "rust": (
        {
            "src/lib.rs": "mod util;\n\npub fn f(n: u32) -> u32 {\n    let unused = 3;\n    f(n)\n}\n",
            "src/util.rs": 'pub fn g() {\n    let mut v = vec![1];\n    println!("{v:?}");\n}\n',
        },
        [
            ("src/lib.rs", "rustc:unconditional_recursion", 3, Severity.MAJOR),
            ("src/lib.rs", "rustc:unused_variables", 4, Severity.MINOR),
            ("src/util.rs", "rustc:unused_mut", 2, Severity.MINOR),
        ],
    ),
}
# What a task asks for: functions that nobody calls yet, and in Go and Rust no `main`.
PLAIN: dict[Language, dict[str, str]] = {
    "java": {"Solution.java": "class Solution {\n    private int helper(int x) { return x + 1; }\n}\n"},
    "go": {"solution.go": "package main\n\nfunc isPrime(n int) bool {\n\treturn n > 1\n}\n"},
    "rust": {
        "solution.rs": "struct Pair { a: i32 }\n\n"
        "fn isPrime(n: u32) -> bool {\n    n > 1\n}\n\nfn main() {}\n"
    },
}
BROKEN: dict[Language, tuple[dict[str, str], str]] = {
    "java": ({"A.java": "class A {\n    int f() { return x; }\n}\n"}, "A.java:2: cannot find symbol"),
    "go": ({"a.go": "package a\n\nfunc f() int { return x }\n"}, "a.go:3:23: undefined: x"),
    "rust": ({"a.rs": "fn f() -> i32 {\n    x\n}\n"}, "a.rs:2: cannot find value `x` in this scope"),
}


def subject(files: Mapping[str, str], language: Language = "java") -> Subject:
    sources = [SourceFile(path=path, content=content) for path, content in files.items()]
    return Subject(Artifact.of(sources), language)


def found(result: CheckResult) -> list[Found]:
    return [(f.path, f.rule, f.line, f.severity) for f in result.findings]


@pytest.fixture
def lint(bubblewrap: Native) -> Lint:
    def run(files: Mapping[str, str]) -> CheckResult:
        (result,) = CompiledLintCheck(Choice([bubblewrap])).run(subject(files), NEVER)
        return result

    return run


@pytest.mark.parametrize("language", ODD)
def test_what_is_odd_is_found_where_it_is(lint: Lint, language: Language) -> None:
    files, expected = ODD[language]
    result = lint(files)
    # Clippy, where it is installed, says some of it once more.
    own = [f for f in found(result) if not f[1].startswith("clippy:")]
    assert own == expected
    assert (result.status, result.required, result.data) == (CheckStatus.FAIL, False, {"skipped": {}})
    assert result.metrics == {"compiled_lint": len(result.findings)}
    assert {f.level for f in result.findings} == {Level.OK}
    assert "bubblewrap" in result.sandbox
    assert result.executed == 0


@pytest.mark.parametrize("language", PLAIN)
def test_what_is_there_to_be_called_is_not_odd(lint: Lint, language: Language) -> None:
    result = lint(PLAIN[language])
    assert (result.status, found(result), result.data) == (CheckStatus.PASS, [], {"skipped": {}})


@pytest.mark.parametrize("language", BROKEN)
def test_what_does_not_compile_is_skipped_in_the_compilers_words(lint: Lint, language: Language) -> None:
    files, words = BROKEN[language]
    result = lint(files)
    assert (result.status, result.findings) == (CheckStatus.SKIPPED, ())
    assert result.reason == f"it does not compile by itself: {words}"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a.go": 'package a\n\nimport _ "example.com/x"\n'}, "example.com/x"),
        ({"go.mod": "module a\n\ngo 1.99\n", "a.go": "package a\n"}, "go.mod requires go >= 1.99"),
        ({"A.java": "import org.example.X;\nclass A {}\n"}, "A.java:1: package org.example does not exist"),
        ({"a.rs": "use rand::Rng;\n"}, "a.rs:1: unresolved import `rand`"),
        ({"a.rs": "fn f( {\n"}, "a.rs cannot be parsed"),
    ],
)
def test_why_not_is_told(lint: Lint, files: dict[str, str], words: str) -> None:
    result = lint(files)
    assert result.status is CheckStatus.SKIPPED
    assert words in result.reason


def test_tests_for_another_library_are_set_aside(lint: Lint) -> None:
    result = lint(
        {
            "A.java": "class A { int f(int x) { return x / 0; } }\n",
            "ATest.java": "import org.junit.Test;\nclass ATest { @Test public void t() {} }\n",
        }
    )
    assert [f.rule for f in result.findings] == ["javac:divzero"]
    assert list(result.data["skipped"]) == ["ATest.java"]
    assert "org.junit" in result.data["skipped"]["ATest.java"]


def test_each_go_module_is_vetted(lint: Lint) -> None:
    text = 'package a\n\nimport "fmt"\n\nfunc F() {\n\tfmt.Printf("%d\\n", "x")\n}\n'
    mod = "module example.com/a\n\ngo 1.21\n"
    result = lint({"one/go.mod": mod, "one/a.go": text, "two/go.mod": mod, "two/a.go": text})
    assert [(f.path, f.rule) for f in result.findings] == [
        ("one/a.go", "vet:printf"),
        ("two/a.go", "vet:printf"),
    ]


def test_how_to_mend_it_is_told(lint: Lint) -> None:
    (finding,) = lint({"lib.rs": "pub fn f() {\n    let odd = 1;\n}\n"}).findings
    assert finding.fix == "if this is intentional, prefix it with an underscore: _odd"


def test_files_outside_of_the_crate_are_named(lint: Lint) -> None:
    result = lint({"src/lib.rs": "pub fn f() {}\n", "tests/it.rs": "fn x() { let a = 1; }\n"})
    assert (found(result), list(result.data["skipped"])) == ([], ["tests/it.rs"])


def test_a_macros_warning_is_told_where_it_is_used(lint: Lint) -> None:
    text = "macro_rules! m { () => { let x = 1; } }\n\npub fn f() {\n    m!();\n}\n"
    assert {f.path for f in lint({"lib.rs": text}).findings} == {"lib.rs"}


def test_the_compiler_reads_nothing_of_this_machine(lint: Lint, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("tell-tale", "utf-8")
    result = lint({"lib.rs": f'pub const S: u32 = include_str!("{secret}");\n'})
    assert result.status is CheckStatus.SKIPPED
    assert "couldn't read" in result.reason
    assert "tell-tale" not in result.model_dump_json()


def test_each_check_leaves_the_others_files_to_it(bubblewrap: Native) -> None:
    files = {"a.py": "import os\n", "a.rs": "pub fn f() {}\n"}
    pipeline = Pipeline([LintCheck(), CompiledLintCheck(Choice([bubblewrap]))])
    reading, compiled = pipeline.run(subject(files)).results
    assert ([f.rule for f in reading.findings], reading.data["skipped"]) == (
        ["F401"],
        {"a.rs": "see compiled lint"},
    )
    assert compiled.data["skipped"] == {"a.py": "not one of the languages linted here"}
    assert [r.name for r in pipeline.run(subject({"a.py": "x = 1\n"})).results] == ["lint"]
    assert [r.name for r in pipeline.run(subject({"a.rs": "pub fn f() {}\n"})).results] == ["compiled lint"]


@dataclass
class Other:
    """A sandbox whose answer is another one than that of the real one, or is made up."""

    answer: Callable[[Program], Execution]
    name: str = "bubblewrap"

    def probe(self) -> Probe:
        return Probe(True, "other", frozenset({"java", "go", "rust"}))

    def suits(self, program: Program) -> bool:
        return bool(program.files)

    def warm_up(self) -> None:
        """Nothing to do."""

    def run(
        self, program: Program, limits: Limits = DEFAULT_LIMITS, stop: threading.Event = NEVER
    ) -> Execution:
        assert limits is LIMITS
        assert not stop.is_set()
        return self.answer(program)


@pytest.mark.parametrize("language", ODD)
def test_both_streams_may_come_as_one(bubblewrap: Native, language: Language) -> None:
    """So they come out of containers."""

    def merged(program: Program) -> Execution:
        told = bubblewrap.run(program, LIMITS)
        return replace(told, stdout="", stderr=told.stdout + told.stderr)

    files, expected = ODD[language]
    (result,) = CompiledLintCheck(Choice([Other(merged)])).run(subject(files), NEVER)
    assert set(found(result)) >= set(expected)


@pytest.mark.parametrize("language", PLAIN)
def test_a_tool_that_crashes_is_a_check_that_failed(language: Language) -> None:
    crashed = Other(lambda _: Execution(exit_code=134, stdout="", stderr="core dumped", ms=1))
    (result,) = Pipeline([CompiledLintCheck(Choice([crashed]))]).run(subject(PLAIN[language])).results
    assert (result.status, result.required) == (CheckStatus.FAIL, True)
    assert "the check itself failed" in result.evidence
    assert "ended with exit code 134: core dumped" in result.evidence


def test_a_tool_that_takes_too_long_is_a_check_that_failed(bubblewrap: Native) -> None:
    check = CompiledLintCheck(Choice([bubblewrap]), replace(LIMITS, seconds=0.01))
    (result,) = Pipeline([check]).run(subject(PLAIN["java"])).results
    assert result.status is CheckStatus.FAIL
    assert "the check itself failed" in result.evidence
    assert "javac did not end within" in result.evidence


def test_a_tool_is_stopped_with_its_run(bubblewrap: Native) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(AppError) as raised:
        CompiledLintCheck(Choice([bubblewrap])).run(subject(PLAIN["java"]), stop)
    assert raised.value.kind is ErrorKind.CANCELLED


@pytest.mark.parametrize("language", PLAIN)
def test_without_a_sandbox_it_is_skipped_and_says_why(language: Language) -> None:
    (result,) = CompiledLintCheck(Choice([])).run(subject(PLAIN[language]), NEVER)
    assert result.status is CheckStatus.SKIPPED
    assert result.reason == f"{language} is not executed here: no sandbox can run it"
