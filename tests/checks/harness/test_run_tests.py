# ruff: noqa: E501 - programs of other languages stand here as they are
"""The user's test files are run with what each language has for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.domain.findings import CheckResult, CheckStatus
from app.domain.runs import Language

RunTests = Callable[..., list[CheckResult]]

PYTHON = {"solution.py": "def f(x):\n    found = [x]\n    return found[x]\n"}
PYTEST = """
import unittest, pytest
from solution import f

@pytest.mark.parametrize('x', [0, 1])
def test_f(x, tmp_path):
    (tmp_path / 'a').write_text('b')
    assert f(x) == 0

def test_wrong():
    wanted = 4
    assert f(0) == wanted

def test_raises():
    with pytest.raises(IndexError):
        f(3)

class Old(unittest.TestCase):
    def test_old(self): self.assertEqual(f(0), 0)
    @unittest.skip('later')
    def test_skipped(self): self.fail()
"""


def test_pytest_itself_runs_with_its_fixtures_and_tells_what_was_compared(run_tests: RunTests) -> None:
    (result,) = run_tests("python", PYTHON, {"test_solution.py": PYTEST})
    assert (result.name, result.required, result.executed, result.passed) == ("tests", True, 5, 3)
    assert "test_f[1] failed: IndexError: list index out of range (solution.py:3)" in result.evidence
    assert "found      = [1]" in result.evidence
    assert "test_wrong failed: assert 0 == 4" in result.evidence
    assert "wanted     = 4" in result.evidence


OTHERS: dict[str, tuple[Language, dict[str, str], dict[str, str], str]] = {
    "node:test": (
        "javascript",
        {"s.js": "module.exports = { f: x => x + 1 };"},
        {"s.test.js": "const { test } = require('node:test');\nconst assert = require('node:assert');\nconst { f } = require('./s.js');\n"
         "test('good', () => assert.equal(f(1), 2));\ntest('bad', () => assert.equal(f(1), 3));\n"},
        "bad",
    ),
    "go test": (
        "go",
        {"a.go": "package a\nfunc F(x int) int { return x }\n"},
        {"a_test.go": 'package a\nimport "testing"\nfunc TestA(t *testing.T) { if F(1) != 1 { t.Fatal(1) } }\n'
         'func TestB(t *testing.T) { if F(1) != 2 { t.Errorf("got %d", F(1)) } }\n'},
        "TestB failed: a_test.go:4: got 1",
    ),
    "rust": (
        "rust",
        {"src/lib.rs": "pub fn f(x: i32) -> i32 { x }\n#[cfg(test)] mod own { #[test] fn good() {} }\n"},
        {"tests/t.rs": "use shop::f;\n#[test]\nfn user() { assert_eq!(f(1), 2); }\n"},
        "left: 1",
    ),
    "plain java": (
        "java",
        {"A.java": "class A { static int f(int x) { return x; } }"},
        {"ATest.java": 'class ATest {\n  void testGood() { assert A.f(1) == 1; }\n  void testBad() { assert A.f(1) == 2 : "got " + A.f(1); }\n}'},
        "ATest.testBad failed: java.lang.AssertionError: got 1 (ATest.java:3)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_one_of_two_tests_fails(run_tests: RunTests, name: str) -> None:
    language, files, tests, said = OTHERS[name]
    result = run_tests(language, files, tests)[0]
    assert (result.status, result.executed, result.passed) == (CheckStatus.FAIL, 2, 1)
    assert said in result.evidence
    assert result.sandbox


def test_a_plain_script_passes_where_it_ends_well(run_tests: RunTests) -> None:
    files = {"s.js": "module.exports = { f: x => x + 1 };"}
    script = "const assert = require('assert');\nassert.equal(require('./s.js').f(1), {});\n"
    good, bad = (run_tests("javascript", files, {"t.js": script.format(n)})[0] for n in (2, 3))
    assert (good.passed, good.executed) == (1, 1)
    assert (bad.passed, bad.executed) == (0, 1)


@pytest.mark.parametrize(
    ("language", "tests", "needed"),
    [
        (
            "javascript",
            {"s.test.js": "test('x', () => { expect(1).toBe(1); });"},
            "a test library such as jest",
        ),
        ("javascript", {"s.test.js": "import { it } from 'vitest';"}, "vitest"),
        ("java", {"ATest.java": "import org.junit.jupiter.api.Test;\nclass ATest {}"}, "org.junit"),
        (
            "go",
            {"a_test.go": 'package a\nimport "github.com/stretchr/testify/assert"'},
            "github.com/stretchr/testify",
        ),
    ],
)
def test_what_needs_a_library_is_skipped_and_says_which(
    run_tests: RunTests, language: Language, tests: dict[str, str], needed: str
) -> None:
    result = run_tests(language, {"s.js": "", "A.java": "class A {}", "a.go": "package a\n"}, tests)[0]
    assert result.status is CheckStatus.SKIPPED
    assert f"needs {needed}" in result.reason


def test_tests_that_came_with_the_code_may_only_ask(run_tests: RunTests) -> None:
    files = PYTHON | {"test_own.py": "from solution import f\ndef test_own(): assert f(0) == 1\n"}
    given, own = run_tests("python", files, {})
    assert (given.status, given.reason) == (CheckStatus.SKIPPED, "no test file was given")
    assert (own.name, own.required, own.status) == ("own tests", False, CheckStatus.FAIL)
    (counted,) = run_tests("python", files, {}, own_count=True)
    assert (counted.name, counted.required, counted.status) == ("tests", True, CheckStatus.FAIL)


def test_a_program_that_ends_the_test_run_does_not_pass(run_tests: RunTests) -> None:
    (result,) = run_tests(
        "python", {"s.py": "import os\nos._exit(0)\n"}, {"test_s.py": "import s\ndef test_a(): pass\n"}
    )
    assert result.status is CheckStatus.FAIL
    assert "the tests did not end" in result.evidence
