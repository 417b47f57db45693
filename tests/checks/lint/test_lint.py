"""Lint: what each linter finds, what it makes of it, and what becomes of a tool that fails."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.checks.lint.check import LintCheck
from app.checks.lint.tool import run_tool
from app.checks.pipeline import Pipeline, Subject
from app.checks.sandbox.base import NEVER
from app.domain.artifacts import Artifact, SourceFile
from app.domain.findings import CheckResult, CheckStatus, Finding, Level, Severity
from app.domain.runs import Language
from app.errors import AppError, ErrorKind


def lint(files: dict[str, str], language: Language = "python") -> CheckResult:
    artifact = Artifact.of(SourceFile(path=path, content=content) for path, content in files.items())
    (result,) = LintCheck().run(Subject(artifact, language), NEVER)
    return result


def found(result: CheckResult) -> list[tuple[str, str, int | None, Severity]]:
    return [(f.path, f.rule, f.line, f.severity) for f in result.findings]


def test_python_that_uses_a_name_it_does_not_have_fails() -> None:
    result = lint({"pkg/a.py": "import os\n\n\ndef f():\n    return g()\n", "b.py": "X = 1\n"})
    assert found(result) == [
        ("pkg/a.py", "F401", 1, Severity.MINOR),
        ("pkg/a.py", "F821", 5, Severity.MAJOR),
    ]
    assert result.status is CheckStatus.FAIL
    assert not result.required
    assert result.evidence == "pkg/a.py:5: Undefined name `g` [F821]"
    assert result.metrics == {"lint": 2}
    assert result.findings[0].fix == "Remove unused import: `os`"
    assert {f.level for f in result.findings} == {Level.OK}
    assert {f.source for f in result.findings} == {"ruff"}


def test_minor_findings_do_not_fail() -> None:
    result = lint({"a.py": "import os\n"})
    assert (result.status, len(result.findings), result.evidence) == (CheckStatus.PASS, 1, "")


@pytest.mark.parametrize(
    ("path", "content", "rule"),
    [
        ("a.py", "import os  # noqa\n", "F401"),
        ("a.py", "# ruff: noqa\nimport os\n", "F401"),
        ("a.js", "export const f = () => g(); // eslint-disable-line\n", "eslint/no-undef"),
        ("a.js", "/* oxlint-disable */\nexport const f = () => g();\n", "eslint/no-undef"),
    ],
)
def test_comments_that_silence_a_linter_do_not_count(path: str, content: str, rule: str) -> None:
    language: Language = "python" if path.endswith(".py") else "javascript"
    assert [f.rule for f in lint({path: content}, language).findings] == [rule]


def test_settings_in_the_artifact_and_the_environment_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUFF_OUTPUT_FORMAT", "concise")
    result = lint(
        {
            "a.py": "import os\n",
            "ruff.toml": "[lint]\nignore = ['F401']\n",
            "a.js": "export const f = () => g();\n",
            "oxlintrc.json": '{"rules": {"no-undef": "off"}}',
        }
    )
    assert [f.rule for f in result.findings] == ["eslint/no-undef", "F401"]
    assert set(result.data["skipped"]) == {"ruff.toml", "oxlintrc.json"}


def test_javascript() -> None:
    code = (
        "const x = 1;\nx = 2;\nif (typeof x === 'strng') x.y();\n"
        "export const f = (a) => { const u = 1; return a; };\n"
    )
    result = lint({"src/a.mjs": code}, "javascript")
    assert found(result) == [
        ("src/a.mjs", "eslint/no-const-assign", 2, Severity.MAJOR),
        ("src/a.mjs", "eslint/valid-typeof", 3, Severity.MAJOR),
        ("src/a.mjs", "eslint/no-unused-vars", 4, Severity.MINOR),
    ]
    assert result.findings[1].fix == 'Did you mean `"string"`?'


def test_what_a_script_offers_is_not_unused() -> None:
    code = "const fs = require('fs');\nconst has = (a) => {\n  const u = 1;\n  return a;\n};\n"
    lines = [f.line for f in lint({"a.js": code}, "javascript").findings]
    assert lines == [1, 3]
    assert [f.line for f in lint({"a.js": code + "exports.x = 1;\n"}, "javascript").findings] == [1, 2, 3]


@pytest.mark.parametrize(
    ("path", "language", "reason"),
    [
        ("a.sh", "python", "not one of the languages linted here"),
        ("a.py", "python", "cannot be parsed"),
    ],
)
def test_what_cannot_be_linted_is_skipped_and_says_why(path: str, language: Language, reason: str) -> None:
    result = lint({path: "(((\n"}, language)
    assert result.status is CheckStatus.SKIPPED
    assert reason in result.reason
    assert list(result.data["skipped"]) == [path]


class Stuck:
    """A linter whose program does not end."""

    language: Language = "python"
    edition = "1"

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.started = threading.Event()

    def missing(self) -> str:
        return ""

    def lint(self, files: Sequence[SourceFile], folder: Path, stop: threading.Event) -> list[Finding]:
        self.started.set()
        run_tool([sys.executable, "-c", "import time; time.sleep(60)"], folder, stop, self.seconds)
        return []


SUBJECT = Subject(Artifact.of([SourceFile(path="a.py", content="x = 1\n")]), "python")


def test_a_linter_that_takes_too_long_is_a_check_that_failed() -> None:
    report = Pipeline([LintCheck([Stuck(seconds=0.2)])]).run(SUBJECT)
    (result,) = report.results
    assert result.status is CheckStatus.FAIL
    assert "the check itself failed" in result.evidence
    assert "did not end within" in result.evidence


def test_a_linter_is_stopped_with_its_run() -> None:
    stuck, stop, errors = Stuck(seconds=30), threading.Event(), list[AppError]()

    def run() -> None:
        try:
            LintCheck([stuck]).run(SUBJECT, stop)
        except AppError as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert stuck.started.wait(10)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert [e.kind for e in errors] == [ErrorKind.CANCELLED]


def test_a_missing_linter_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sysconfig.get_path", lambda *_, **__: str(tmp_path))
    result = lint({"a.py": "import os\n"})
    assert (result.status, result.reason) == (
        CheckStatus.SKIPPED,
        "ruff is not installed: run the set-up again",
    )
