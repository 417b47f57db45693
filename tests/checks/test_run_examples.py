"""Examples are run in the sandbox and judged outside it."""

from __future__ import annotations

import pytest

from app.checks.examples import parse_example
from app.checks.pipeline import Pipeline, Subject
from app.checks.run_examples import ExamplesCheck
from app.checks.sandbox.base import Limits
from app.checks.sandbox.choice import Choice
from app.checks.sandbox.wasm import WasmPython
from app.checks.syntax import SyntaxCheck
from app.domain.artifacts import Artifact, SourceFile
from app.domain.findings import CheckReport, CheckStatus, Severity, Verdict


def check(
    sandbox: WasmPython,
    files: str | dict[str, str],
    *examples: str,
    proposed: tuple[str, ...] = (),
    seconds: float = 10,
    budget: float = 60,
) -> CheckReport:
    files = {"solution.py": files} if isinstance(files, str) else files
    subject = Subject(
        Artifact.of(SourceFile(path=path, content=content) for path, content in files.items()),
        "python",
        tuple(parse_example(text) for text in examples),
        tuple(parse_example(text, "proposed") for text in proposed),
    )
    checks = [SyntaxCheck(), ExamplesCheck(Choice([sandbox]), Limits(seconds=seconds), budget)]
    return Pipeline(checks).run(subject)


def evidence(report: CheckReport) -> str:
    return report.results[1].evidence


def test_examples_that_hold_verify_a_version(sandbox: WasmPython) -> None:
    code = "def square(n):\n    if n < 0: raise ValueError('no')\n    return n * n\n"
    report = check(sandbox, code, "square(2) == 4", "square(3) -> 9.0", "square(-1) raises ValueError")
    assert report.verdict is Verdict.VERIFIED
    assert (report.executed, report.passed) == (3, 3)
    assert report.summary() == "syntax passed, examples 3/3 passed"
    assert report.metrics["example_ms"] > 0


@pytest.mark.parametrize(
    ("code", "example", "said"),
    [
        ("def f(x): return x", "f([[1, 3]]) == [[1, 4]]", "f([[1, 3]]) gave [[1, 3]], expected [[1, 4]]"),
        (
            "def f(x): return [(1, 6)]",
            "f(0) == [[1, 6]]",
            "expected [[1, 6]] (the same items, but lists and tuples differ)",
        ),
        (
            "def f(x):\n    return x[5]",
            "f([]) == 1",
            "f([]) raised IndexError: list index out of range (solution.py:2), expected 1",
        ),
        ("def f(x): return 3", "f(-1) raises ValueError", "f(-1) gave 3, expected ValueError"),
        (
            "def f(x): raise KeyError('k')",
            "f(-1) raises ValueError",
            "raised KeyError: 'k' (solution.py:1), expected ValueError",
        ),
        ("def f(x): yield x", "f(1) == [1]", "an object of class builtins.generator, expected [1]"),
        ("def f(x): exit(0)", "f(1) == 1", "raised SystemExit: 0"),
        (
            "import os\ndef f(x): os._exit(3)",
            "f(1) == 1",
            "gave nothing: the program ended by itself (exit code 3)",
        ),
        ("def f(x): return f(x + 1)", "f(1) == 1", "raised RecursionError"),
        ("def g(x): return 1", "f(1) == 1", "f is not defined; the nearest is g in solution.py"),
        (
            "class A:\n    def merge(self, x): return 1",
            "merge(1) == 1",
            "the nearest is A.merge in solution.py",
        ),
        (
            "1 / 0\ndef f(x): return 1",
            "f(1) == 1",
            "importing it raised ZeroDivisionError: division by zero (solution.py:1)",
        ),
        ("def f(x): return 1", "len([1]) == 1", "calls nothing that the code defines"),
        ("def f(x): return 'x' * 10 ** 6", "f(1) == 'x'", "xxx ... xxx"),
        ("def f(x): return input()", "f(1) == 1", "raised EOFError"),
        ("def f(x): return bytearray(10 ** 9)", "f(1) == 1", "raised MemoryError"),
    ],
)
def test_evidence_says_what_was_got_and_what_was_wanted(
    sandbox: WasmPython, code: str, example: str, said: str
) -> None:
    report = check(sandbox, code, example)
    assert report.verdict is Verdict.NOT_VERIFIED
    assert said in evidence(report)


def test_findings_keep_their_id_while_the_wrong_answer_changes(sandbox: WasmPython) -> None:
    first, second = (check(sandbox, f"def f(): return {n}", "f() == 3").findings for n in (1, 2))
    assert [f.id for f in first] == [f.id for f in second]
    assert first[0].severity is Severity.BLOCKER


def test_values_of_subclasses_of_builtins_are_what_python_says_they_equal(sandbox: WasmPython) -> None:
    code = """
from collections import Counter, OrderedDict, defaultdict, namedtuple
from enum import IntEnum
Point = namedtuple('Point', 'x y')
Color = IntEnum('Color', 'RED')
def f(n):
    odd = defaultdict(list, {1: [2]})
    return [Point(1, 2), Counter('aab'), OrderedDict(a=1), odd, Color.RED, frozenset([1])][n]
"""
    examples = [
        "f(0) == (1, 2)",
        "f(1) == {'a': 2, 'b': 1}",
        "f(2) == {'a': 1}",
        "f(3) == {1: [2]}",
        "f(4) == 1",
        "f(5) == {1}",
    ]
    assert check(sandbox, code, *examples).verdict is Verdict.VERIFIED


def test_expected_expressions_of_the_codes_own_classes(sandbox: WasmPython) -> None:
    code = "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\ndef f(n): return P(n)\n"
    assert check(sandbox, code, "f(1) == P(1)").verdict is Verdict.VERIFIED
    assert "gave P(x=1), expected P(x=2)" in evidence(check(sandbox, code, "f(1) == P(2)"))


def test_files_import_each_other_and_the_right_one_is_called(sandbox: WasmPython) -> None:
    files = {
        "main.py": "from shapes.area import square\ndef double(n): return 2 * square(n)\n",
        "shapes/__init__.py": "",
        "shapes/area.py": "from .names import NAME\nclass Square:\n    pass\ndef square(n): return n * n\n",
        "shapes/names.py": "NAME = 'square'\n",
        "src/queue.py": "def size(): return 'mine'\n",
    }
    report = check(
        sandbox, files, "double(3) == 18", "square(3) == 9", "main.double(1) == 2", "size() == 'mine'",
        "isinstance(Square(), Square)  == True", "double(math.floor(1.5)) == 2",
    )  # fmt: skip
    assert (report.verdict, evidence(report)) == (Verdict.VERIFIED, "")


def test_statements_before_the_call_and_state_between_examples(sandbox: WasmPython) -> None:
    code = """
class Stack(list):
    def push(self, x): self.append(x)
count = 0
def tick():
    global count
    count += 1
    return count
"""
    report = check(sandbox, code, "s = Stack(); s.push(1); s.pop() == 1", "tick() == 1", "tick() == 2")
    assert report.verdict is Verdict.VERIFIED


def test_asyncio_and_temporary_files_work(sandbox: WasmPython) -> None:
    code = """
import asyncio, tempfile
async def work(n):
    await asyncio.sleep(0.01)
    return n
async def all_of(numbers):
    return await asyncio.wait_for(asyncio.gather(*map(work, numbers)), 5)
def run(numbers): return asyncio.run(all_of(numbers))
def kept(text):
    with tempfile.TemporaryFile('w+') as file:
        file.write(text)
        file.seek(0)
        return file.read()
"""
    assert check(sandbox, code, "run([1, 2]) == [1, 2]", "kept('x') == 'x'").verdict is Verdict.VERIFIED


@pytest.mark.parametrize(
    "body",
    ["while True: pass", "__import__('os')._exit(0)", "print('x' * 10 ** 7)", "__import__('os').abort()"],
)
def test_one_bad_example_does_not_hide_the_others(sandbox: WasmPython, body: str) -> None:
    code = f"def f(n):\n    if n == 2:\n        {body}\n    return n\n"
    report = check(sandbox, code, "f(1) == 1", "f(2) == 2", "f(3) == 3", "f(4) == 5", seconds=2)
    entries = report.results[1].data["examples"]
    assert [e["ok"] for e in entries] == [True, False, True, False]
    assert (report.executed, report.passed) == (4, 2)


def test_code_that_hangs_when_imported_is_not_tried_once_for_each_example(sandbox: WasmPython) -> None:
    report = check(
        sandbox, "def f(n): return n\nwhile True: pass", *[f"f({n}) == {n}" for n in range(20)], seconds=1
    )
    assert "was not reached: the program did not end within" in evidence(report)
    assert report.results[1].ms < 10_000


def test_the_budget_ends_a_series_of_hanging_examples(sandbox: WasmPython) -> None:
    code = "def f(n):\n    while True: pass"
    report = check(sandbox, code, *[f"f({n}) == {n}" for n in range(20)], seconds=1, budget=2)
    assert report.results[1].status is CheckStatus.FAIL
    assert report.results[1].ms < 10_000
    assert "was not run" in report.results[1].data["examples"][-1]["evidence"]


def test_a_failing_proposed_example_asks_but_does_not_force(sandbox: WasmPython) -> None:
    report = check(sandbox, "def f(n): return n", "f(1) == 1", proposed=("f(2) == 2", "f(3) == 4"))
    assert report.failed == ()
    assert report.verdict is Verdict.CHECKED
    (finding,) = report.findings
    assert (finding.severity, finding.source) == (Severity.MAJOR, "quality_checker")
    assert report.summary() == "syntax passed, examples 1/1 passed, proposed examples 1/2 failed"


def test_proposed_examples_alone_are_run_too(sandbox: WasmPython) -> None:
    report = check(sandbox, "def f(n): return n", proposed=("f(2) == 2",))
    assert (report.verdict, report.passed) == (Verdict.CHECKED, 1)
    assert report.results[1].reason == "no example was given"


def test_code_that_needs_what_the_sandbox_lacks_is_skipped_and_never_verified(sandbox: WasmPython) -> None:
    report = check(sandbox, "import numpy as np\ndef f(n): return n", "f(1) == 1")
    assert report.results[1].reason == "needs numpy, which the sandbox does not have"
    assert report.verdict is Verdict.CHECKED


def test_a_missing_file_of_its_own_is_a_failure(sandbox: WasmPython) -> None:
    files = {"pkg/__init__.py": "", "pkg/a.py": "from pkg.lost import x\ndef f(): return 1"}
    assert "ModuleNotFoundError: No module named 'pkg.lost'" in evidence(check(sandbox, files, "f() == 1"))


def test_without_examples_and_for_other_languages_it_says_why_it_is_skipped(sandbox: WasmPython) -> None:
    assert check(sandbox, "x = 1").results[1].reason == "no example was given"
    go = Artifact.of([SourceFile(path="a.go", content="package a\n")])
    report = Pipeline([ExamplesCheck(Choice([sandbox]))]).run(
        Subject(go, "go", (parse_example("f(1) == 1"),))
    )
    assert report.results[0].reason.startswith("go is not executed here")


def test_after_a_syntax_error_examples_are_not_run(sandbox: WasmPython) -> None:
    assert check(sandbox, "def f(:", "f(1) == 1").results[1].reason == "syntax failed"


def test_what_the_code_prints_is_kept_with_the_call_that_printed_it(sandbox: WasmPython) -> None:
    code = (
        "import sys\n"
        "print('while importing')\n"
        "def f(x):\n    print('one', x)\n    print('two')\n"
        "    print('aside', file=sys.stderr)\n    return x\n"
        "def g(x):\n    return x\n"
        "def h(x):\n    print('z' * 5000)\n    return x\n"
    )
    report = check(sandbox, code, "f(1) == 1", "g(2) == 2", "f(3) == 4", "h(1) == 1")
    printed = [entry["printed"] for entry in report.examples]
    assert printed[:3] == ["one 1\ntwo\n", "", "one 3\ntwo\n"]
    assert printed[3].startswith("zzz")
    assert printed[3].endswith("[3001 characters left out]")
    assert "aside" in report.results[1].data["stderr"]
    assert report.examples[2]["got"] == "3"
