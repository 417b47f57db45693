"""The syntax check in five languages."""

from __future__ import annotations

import pytest

from app.checks.pipeline import Subject
from app.checks.sandbox.base import NEVER
from app.checks.syntax import SyntaxCheck
from app.domain.artifacts import Artifact, SourceFile
from app.domain.findings import CheckResult, CheckStatus, Severity
from app.domain.runs import Language

GOOD: dict[Language, tuple[str, str]] = {
    "python": ("a.py", "def f(x: int) -> int:\n    return x * 2\n"),
    "javascript": ("a.mjs", "export const f = (x) => x?.y ?? [...x];\n"),
    "java": ("A.java", "class A { static int f(int x) { return x * 2; } }\n"),
    "go": ("a.go", "package a\n\nfunc f(x int) int { return x * 2 }\n"),
    "rust": ("a.rs", "fn f(x: i32) -> i32 { x * 2 }\n"),
}
BAD: dict[Language, tuple[str, str, int, str]] = {
    "python": ("a.py", "def f(x):\n    return (x * 2\n", 2, "'(' was never closed"),
    "javascript": ("a.js", "function f(x) {\n  return (x * 2;\n}\n", 2, "missing ')'"),
    "java": ("A.java", "class A {\n  int f() { return 1 }\n}\n", 2, "missing ';'"),
    "go": ("a.go", "package a\n\nfunc f( int { return 2 \n", 3, "missing ')'"),
    "rust": ("a.rs", "fn f(x: i32) -> i32 {\n    let y = x * ;\n    y\n}\n", 2, "missing identifier"),
}


def check(language: Language, *files: tuple[str, str]) -> CheckResult:
    artifact = Artifact.of(SourceFile(path=path, content=content) for path, content in files)
    (result,) = SyntaxCheck().run(Subject(artifact, language), NEVER)
    return result


@pytest.mark.parametrize("language", GOOD)
def test_good_code_passes(language: Language) -> None:
    result = check(language, GOOD[language], ("README.md", "# ((("))
    assert result.status is CheckStatus.PASS
    assert "README.md" in result.data["skipped"]


@pytest.mark.parametrize("language", BAD)
def test_bad_code_fails_naming_line_and_what_is_wrong(language: Language) -> None:
    path, content, line, text = BAD[language]
    result = check(language, (path, content))
    assert result.status is CheckStatus.FAIL
    finding = result.findings[0]
    assert (finding.rule, finding.severity, finding.path, finding.line) == (
        "syntax",
        Severity.BLOCKER,
        path,
        line,
    )
    assert text in finding.text
    assert result.evidence.startswith(f"{path}:{line}: ")
    assert content.splitlines()[line - 1].strip() in result.evidence


@pytest.mark.parametrize("language", GOOD)
def test_code_that_was_cut_off_fails(language: Language) -> None:
    path, content = GOOD[language]
    content = content[: content.rindex("2" if "2" in content else "x")].rstrip()
    assert check(language, (path, content.replace("* ", "* ("))).status is CheckStatus.FAIL


def test_no_file_in_the_language_asked_for_fails() -> None:
    result = check("java", GOOD["python"])
    assert result.status is CheckStatus.FAIL
    assert result.evidence == "there is no java file: a.py"
    assert check("python").evidence == "there is no python file: no file at all"


@pytest.mark.parametrize(
    "content",
    [
        "return 1\n",
        "x = '\0'\n",
        "(" * 20_000,
        "-" * 50_000 + "1",
        "def f():\n\tif 1:\n        x\n",
        "x = [" + "1," * 10 + "\n",
        "while True\n    pass\n",
    ],
)
def test_what_only_pythons_compiler_sees(content: str) -> None:
    assert check("python", ("a.py", content)).status is CheckStatus.FAIL


def test_odd_escapes_are_no_errors() -> None:
    assert (
        check("python", ("a.py", "import re\nre.compile('\\d')\nassert (1, 'x')\n")).status
        is CheckStatus.PASS
    )


@pytest.mark.parametrize("language", ["javascript", "java", "go", "rust"])
def test_ten_thousand_nested_brackets_are_no_trouble(language: Language) -> None:
    path, _ = GOOD[language]
    assert check(language, (path, "[" * 10_000)).status is CheckStatus.FAIL
    assert check(language, (path, "(" * 100_000 + ")" * 99_999)).ms < 5000


def test_a_file_with_errors_everywhere_gives_a_handful_of_findings() -> None:
    assert 0 < len(check("javascript", ("a.js", "let = = ;\n)(\n" * 500)).findings) <= 5
