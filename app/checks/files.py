"""Checks files on disk without a run, for `check FILE...`; the shape of the answer is a contract."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.checks.examples import Example, examples_in
from app.checks.languages import language_of
from app.checks.metrics import MetricsCheck
from app.checks.pipeline import Pipeline, Subject
from app.checks.run_examples import ExamplesCheck
from app.checks.sandbox.base import Executor
from app.checks.syntax import SyntaxCheck
from app.domain.artifacts import MAX_FILE_BYTES, Artifact, SourceFile, sha256_hex
from app.domain.findings import CheckReport, CheckResult, Finding, Verdict
from app.domain.runs import Language
from app.errors import AppError, ErrorKind

WORST_FIRST = (Verdict.NOT_VERIFIED, Verdict.CHECKED, Verdict.VERIFIED)


def check_files(paths: Sequence[Path], executor: Executor | None = None) -> dict[str, Any]:
    """`{files: [{path, language, sha256, level, findings, checks}], verdict}`, each file by itself.

    executor: runs the doctests of Python files; without one they are only parsed.
    What cannot be checked (another language, too large, not text) has level "ask".
    Raises AppError(not_found) for a path that is no file.
    """
    checked = [_check(path, executor) for path in paths]
    verdicts = [verdict for _, verdict in checked]
    worst = next((v for v in WORST_FIRST if v in verdicts), Verdict.NOT_VERIFIED)
    return {"files": [entry for entry, _ in checked], "verdict": worst.value}


def _check(path: Path, executor: Executor | None) -> tuple[dict[str, Any], Verdict]:
    if not path.is_file():
        raise AppError(ErrorKind.NOT_FOUND, f"There is no file {path}.", "Name files, not folders.")
    data = path.read_bytes()
    language = language_of(path.name)
    unknown = _unknown(data, language)
    entry = {"path": str(path), "language": language, "sha256": sha256_hex(data)}
    if unknown or language is None:
        finding = {
            "rule": "unknown",
            "level": "ask",
            "severity": "major",
            "line": None,
            "message": unknown,
        }
        return {
            **entry,
            "level": "ask",
            "findings": [finding],
            "checks": [],
        }, Verdict.NOT_VERIFIED
    report = _report(path.name, data.decode(), language, executor)
    findings = [_finding(f) for f in report.findings]
    level = "ask" if report.failed else "ok"
    return {
        **entry,
        "level": level,
        "findings": findings,
        "checks": [_result(r) for r in report.results],
    }, report.verdict


def _unknown(data: bytes, language: Language | None) -> str:
    """Why a file cannot be checked; empty where it can."""
    if language is None:
        return "not one of the languages checked here"
    if len(data) > MAX_FILE_BYTES:
        return f"over {MAX_FILE_BYTES} bytes, so it was not checked"
    try:
        data.decode()
    except UnicodeDecodeError:
        return "not UTF-8 text"
    return ""


def _report(name: str, content: str, language: Language, executor: Executor | None) -> CheckReport:
    file = SourceFile(path=name, content=content)
    examples = tuple(_doctests(content)) if language == "python" and executor else ()
    checks = [
        SyntaxCheck(),
        MetricsCheck(),
        *([ExamplesCheck(executor)] if executor else []),
    ]
    return Pipeline(checks).run(Subject(Artifact.of([file]), language, examples))


def _doctests(content: str) -> list[Example]:
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # the syntax check reports it
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    texts = [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, kinds)]
    return [example for text in texts if ">>>" in text for example in examples_in(text)]


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "level": "ask",
        "severity": finding.severity.value,
        "line": finding.line,
        "message": finding.text,
    }


def _result(result: CheckResult) -> dict[str, Any]:
    evidence = result.evidence or result.reason
    return {
        "name": result.name,
        "status": result.status.value,
        "ms": result.ms,
        "evidence": evidence,
    }


SARIF_LEVELS = {
    "blocker": "error",
    "major": "error",
    "minor": "warning",
    "info": "note",
}


def to_sarif(report: dict[str, Any]) -> dict[str, Any]:
    """The answer of `check_files` as a SARIF 2.1.0 log, for code hosts and editors."""
    found = [(file, finding) for file in report["files"] for finding in file["findings"]]
    rules = sorted({finding["rule"] for _, finding in found})
    driver = {"name": "Roundtable", "rules": [{"id": rule} for rule in rules]}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "results": [_sarif(file, finding) for file, finding in found],
            }
        ],
    }


def _sarif(file: dict[str, Any], finding: dict[str, Any]) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": Path(file["path"]).as_posix()}}
    if finding["line"]:
        place["region"] = {"startLine": finding["line"]}
    return {
        "ruleId": finding["rule"],
        "level": SARIF_LEVELS[finding["severity"]],
        "message": {"text": finding["message"]},
        "locations": [{"physicalLocation": place}],
    }
