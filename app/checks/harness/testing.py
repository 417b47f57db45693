"""Runs test files with what each language has for it, and reads what became of each test.

What a test says comes out of the sandbox as the program's own word: unlike the expected values of examples,
the assertions are in there with the code. So the end of the run must have been reported, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, files
from pathlib import PurePosixPath
from typing import Any, Final

from app.checks.harness.base import GUESTS, Facts
from app.checks.harness.rust import as_test_module, rust_root
from app.checks.sandbox.base import Execution, Program
from app.checks.signatures import modules
from app.domain.artifacts import Artifact, SourceFile
from app.domain.runs import Language

EVIDENCE: Final = 600
PYTEST: Final = ("pytest", "pluggy", "iniconfig", "packaging")
OWN_TESTS: Final[Mapping[Language, re.Pattern[str]]] = {
    "python": re.compile(r"(?:^|/)(?:test_[^/]*|[^/]*_test)\.py$"),
    "javascript": re.compile(r"(?:\.(?:test|spec)\.[cm]?js$)|(?:^|/)(?:test|__tests__)/[^/]*\.[cm]?js$"),
    "java": re.compile(r"(?:^|/)(?:\w*Tests?|Test\w+)\.java$"),
    "go": re.compile(r"_test\.go$"),
    "rust": re.compile(r"(?:^|/)tests/[^/]*\.rs$"),
}
RUST_TEST = re.compile(r"#\[test\]")
FOREIGN: Final[Mapping[Language, re.Pattern[str]]] = {
    "javascript": re.compile(
        r"""(?:require\(|from\s+)\s*['"](@jest/globals|vitest|mocha|chai|jest|ava|tape|jasmine)['"]"""
    ),
    "java": re.compile(
        r"(?m)^\s*import\s+(?:static\s+)?((?:org\.junit|junit|org\.testng|org\.assertj|org\.hamcrest)\b)"
    ),
    "go": re.compile(r'"(github\.com/[^"]+|gopkg\.in/[^"]+)"'),
}
GLOBALS = re.compile(r"(?m)^\s*(?:describe|it|test|expect)\s*\(")
NODE_TEST = re.compile(r"""['"]node:(?:test|assert)(?:/strict)?['"]|['"]assert(?:/strict)?['"]""")
ESM = re.compile(r"(?m)^\s*(?:import\b(?!\s*\()|export\b)")
GO_TEST = re.compile(r"(?m)^\s*--- (PASS|FAIL|SKIP): (\S+)")
RUST_LINE = re.compile(r"(?m)^test (\S+) \.\.\. (ok|FAILED|ignored)")
TAP = re.compile(r"(?m)^(?:# Subtest: .*\n)?(ok|not ok) \d+ - (.*?)(?: # .*)?$")
SPEC = re.compile(r"(?m)^\s*([✔✖])\s+(.*?)\s+\(\d[\d.]*ms\)")


@dataclass(frozen=True)
class TestOutcome:
    """What became of a test. error: in one line. evidence: at most 600 characters, for mending the code."""

    __test__ = False  # pytest takes classes so called for tests

    name: str
    ok: bool
    error: str = ""
    evidence: str = ""


Outcomes = Sequence[TestOutcome]


@dataclass(frozen=True)
class Suite:
    """A program that runs tests, and how to read its report."""

    program: Program
    read: Callable[[Execution], Outcomes]


def own_tests(artifact: Artifact, language: Language) -> list[SourceFile]:
    """The files of an artifact that are tests; for rust also those that hold some."""
    found = [f for f in artifact.files if OWN_TESTS[language].search(f.path)]
    if language == "rust":
        found += [f for f in artifact.files if f not in found and RUST_TEST.search(f.content)]
    return found


def suite(artifact: Artifact, tests: Sequence[SourceFile], language: Language, nonce: str) -> Suite | str:
    """What runs these tests, or why they cannot be run here."""
    lack = next((why for f in tests if (why := lacks(f, language))), "")
    return lack or _SUITES[language](artifact, tests, nonce)


def lacks(test: SourceFile, language: Language) -> str:
    """Why a test file cannot be used here: what it needs beside the language; empty where it can."""
    foreign = FOREIGN.get(language)
    needed = foreign.search(test.content) if foreign else None
    return f"{test.path} needs {needed[1]}, which the sandbox does not have" if needed else ""


def _all_files(artifact: Artifact, tests: Sequence[SourceFile]) -> dict[str, bytes]:
    return {f.path: f.content.encode() for f in (*artifact.files, *tests)}


@cache
def _pytest_files() -> dict[str, bytes]:
    """What pytest consists of, which is pure Python; empty where it is not installed."""
    found: dict[str, bytes] = {}
    try:
        for package in PYTEST:
            for path in files(package) or ():
                wanted = path.suffix == ".py" or path.name in ("METADATA", "entry_points.txt")
                if wanted and ".." not in path.parts:
                    found[f"roundtable_lib/{path.as_posix()}"] = path.read_binary()
    except PackageNotFoundError:
        return {}
    return found


def _python(artifact: Artifact, tests: Sequence[SourceFile], nonce: str) -> Suite | str:
    library = _pytest_files()
    if not library:
        return "pytest is not installed"
    whole = Artifact.of({f.path: f for f in (*artifact.files, *tests)}.values())
    folders = sorted({m.folder for m in modules(whole)} | {"."})
    task = {
        "nonce": nonce,
        "folders": ["/box" if f == "." else f"/box/{f}" for f in folders],
        "tests": [f.path for f in tests],
    }
    source = (GUESTS / "guest_pytest.py").read_text("utf-8")
    program = Program(
        "python", {**_all_files(artifact, tests), **library}, inline=source, arguments=(json.dumps(task),)
    )
    return Suite(program, lambda execution: _reported(execution, nonce))


def _java(artifact: Artifact, tests: Sequence[SourceFile], nonce: str) -> Suite | str:
    names = [_class_name(f) for f in tests]
    runner = "RoundtableTests.java"
    all_files = {**_all_files(artifact, tests), runner: (GUESTS / runner).read_bytes()}
    program = Program("java", all_files, entry=runner, arguments=(nonce, *names))
    return Suite(program, lambda execution: _reported(execution, nonce))


def _class_name(file: SourceFile) -> str:
    package = re.search(r"(?m)^\s*package\s+([\w.]+)\s*;", file.content)
    return (f"{package[1]}." if package else "") + PurePosixPath(file.path).stem


def _reported(execution: Execution, nonce: str) -> Outcomes:
    """The tests that were told of, and a failure where the end was not."""
    lines = [_facts(line, nonce) for line in execution.stdout.splitlines()]
    found = {str(f["test"]): _outcome(f) for f in lines if "test" in f and f.get("outcome") != "skipped"}
    ended = any("finished" in f for f in lines)
    if ended:
        return list(found.values())
    last = execution.stderr.strip()[-EVIDENCE // 2 :]
    broken = TestOutcome(
        "the test run",
        ok=False,
        error=execution.ending,
        evidence=f"the tests did not end: the program {execution.ending}\n{last}".strip(),
    )
    return [*found.values(), broken]


def _facts(line: str, nonce: str) -> Facts:
    if not line.startswith(f"{nonce} "):
        return {}
    try:
        facts: Any = json.loads(line[len(nonce) :])
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}  # pyright: ignore[reportUnknownVariableType]


def _outcome(facts: Facts) -> TestOutcome:
    name, error = str(facts["test"]), str(facts.get("error", "")).strip()
    where = str(facts.get("where", "")).removeprefix("/box/")
    where = "" if where.startswith(("/", "roundtable_lib/")) else where
    if facts.get("outcome") == "passed":
        return TestOutcome(name, ok=True)
    first = f"{name} failed: {error}" + (f" ({where})" if where else "")
    lines = [line for line in str(facts.get("text", "")).splitlines() if line.strip()]
    kept = [line for line in lines if not line.startswith(("E  ", "___", "---", "==="))]
    return TestOutcome(
        name, ok=False, error=error, evidence="\n".join([first[: EVIDENCE // 2], *kept])[:EVIDENCE]
    )


def _javascript(artifact: Artifact, tests: Sequence[SourceFile], nonce: str) -> Suite | str:  # noqa: ARG001
    for file in tests:
        if GLOBALS.search(file.content) and not NODE_TEST.search(file.content):
            return f"{file.path} needs a test library such as jest, which the sandbox does not have"
    all_files, entry = _all_files(artifact, tests), tests[0].path
    if len(tests) > 1:
        entry = "roundtable_tests.cjs"
        load = {True: "import", False: "require"}
        lines = [f"{load[bool(ESM.search(f.content))]}({json.dumps('./' + f.path)});" for f in tests]
        all_files[entry] = "\n".join(lines).encode()
    program = Program("javascript", all_files, entry=entry)
    return Suite(program, lambda execution: _from_node(execution, [f.path for f in tests]))


def _from_node(execution: Execution, paths: Sequence[str]) -> Outcomes:
    """Of node:test each test; of a plain script its end."""
    found = [
        (mark in ("ok", "✔"), name)
        for mark, name in (*TAP.findall(execution.stdout), *SPEC.findall(execution.stdout))
    ]
    outcomes = [
        TestOutcome(name, ok, "" if ok else "failed", "" if ok else _near(execution.stdout, name))
        for ok, name in found
    ]
    if execution.exit_code == 0 and outcomes:
        return outcomes
    if any(not o.ok for o in outcomes):
        return outcomes
    name = ", ".join(paths)
    if execution.exit_code == 0:
        return [TestOutcome(name, ok=True)]
    error = next(
        (line for line in execution.stderr.splitlines() if re.match(r"\s*\w*(?:Error|Exception)\b", line)),
        execution.ending,
    )
    return [
        *outcomes,
        TestOutcome(
            name,
            ok=False,
            error=error.strip(),
            evidence=f"{name} failed: {execution.stderr.strip()[:EVIDENCE]}"[:EVIDENCE],
        ),
    ]


def _near(text: str, name: str) -> str:
    """What stands after the last mention of a test, up to the next."""
    after = text[text.rfind(name) :]
    lines = [
        line.strip()
        for line in after.splitlines()
        if line.strip() and not re.match(r"\s*(?:duration_ms|type|---|\.\.\.|stack)", line)
    ]
    return "\n".join(lines[:12])[:EVIDENCE]


def _go(artifact: Artifact, tests: Sequence[SourceFile], nonce: str) -> Suite | str:  # noqa: ARG001
    folders = {str(PurePosixPath(f.path).parent) for f in tests}
    code = [str(PurePosixPath(f.path).parent) for f in artifact.files if f.path.endswith(".go")]
    all_files = _all_files(artifact, tests)
    entry = tests[0].path
    if code and not folders & set(code):  # the user's tests, given without a folder
        all_files |= {
            str(PurePosixPath(code[0]) / PurePosixPath(f.path).name): f.content.encode() for f in tests
        }
        entry = str(PurePosixPath(code[0]) / PurePosixPath(entry).name)
    program = Program("go", all_files, entry=entry, arguments=("-test.v",), tests=True)
    return Suite(program, _from_go)


def _from_go(execution: Execution) -> Outcomes:
    text = execution.stdout + "\n" + execution.stderr
    found: dict[str, TestOutcome] = {}
    for mark, name in GO_TEST.findall(text):
        if mark != "SKIP":
            evidence = "" if mark == "PASS" else f"{name} failed: {_go_log(text, name)}"[:EVIDENCE]
            found[name] = TestOutcome(name, mark == "PASS", evidence[:200], evidence)
    parents = {name.rpartition("/")[0] for name in found}
    outcomes = [o for name, o in found.items() if name not in parents]
    if execution.exit_code != 0 and all(o.ok for o in outcomes):
        why = text[max(text.find("panic:"), 0) :].strip()[: EVIDENCE - 60]
        outcomes.append(
            TestOutcome(
                "the test run",
                ok=False,
                error=execution.ending,
                evidence=f"the program {execution.ending}\n{why}",
            )
        )
    return outcomes


def _go_log(text: str, name: str) -> str:
    """What the test said: its lines stand after `=== RUN`, and indented."""
    run = re.search(rf"(?ms)^=== RUN\s+{re.escape(name)}$(.*?)(?=^=== RUN|^--- |^\s+--- |\Z)", text)
    return " ".join(run[1].split()) if run else ""


def _rust(artifact: Artifact, tests: Sequence[SourceFile], nonce: str) -> Suite | str:  # noqa: ARG001
    root = rust_root(artifact)
    own = {f.path: f.content for f in artifact.files if f.path.endswith(".rs")}
    if root not in own:
        return "there is no rust file"
    extra = [f for f in tests if f.path not in own or f.path.startswith("tests/")]
    text = own[root] + "".join(as_test_module(f.content, n) for n, f in enumerate(extra))
    program = Program("rust", {**_all_files(artifact, tests), root: text.encode()}, entry=root, tests=True)
    return Suite(program, _from_rust)


def _from_rust(execution: Execution) -> Outcomes:
    text = execution.stdout
    outcomes: list[TestOutcome] = []
    for name, mark in RUST_LINE.findall(text):
        if mark == "ignored":
            continue
        log = re.search(rf"(?ms)^---- {re.escape(name)} stdout ----\n(.*?)(?=^---- |^failures:|\Z)", text)
        said = "\n".join(
            line
            for line in (log[1] if log else "").splitlines()
            if line.strip() and "RUST_BACKTRACE" not in line
        )
        evidence = f"{name} failed: {said}"[:EVIDENCE] if mark == "FAILED" else ""
        outcomes.append(TestOutcome(name, mark == "ok", evidence[:200], evidence))
    if "test result:" not in text:
        last = execution.stderr.strip()[-EVIDENCE // 2 :]
        outcomes.append(
            TestOutcome(
                "the test run",
                ok=False,
                error=execution.ending,
                evidence=f"the program {execution.ending}\n{last}",
            )
        )
    return outcomes


_SUITES: Final[Mapping[Language, Callable[[Artifact, Sequence[SourceFile], str], Suite | str]]] = {
    "python": _python,
    "javascript": _javascript,
    "java": _java,
    "go": _go,
    "rust": _rust,
}
