"""Checks files on disk without a run, for `check FILE...`; the shape of the answer is a contract."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from app.checks.examples import Example, examples_in
from app.checks.pipeline import Check, Pipeline, Subject
from app.checks.project import Item, own_names, read_items, together
from app.domain.artifacts import Artifact, SourceFile, sha256_hex
from app.domain.findings import (
    CheckReport,
    CheckResult,
    CheckStatus,
    Finding,
    Level,
    Severity,
    Verdict,
    worst_level,
)
from app.domain.runs import Language

MakeChecks = Callable[[frozenset[str]], Sequence[Check]]
WORST_FIRST: Final = (Verdict.NOT_VERIFIED, Verdict.CHECKED, Verdict.VERIFIED)
HEAVY: Final = (Severity.BLOCKER, Severity.MAJOR)
ANY_KIND: Final = ("security", "dependencies")  # checks that say something about files of other languages
SHOWN: Final = 5


def check_files(
    paths: Sequence[Path], make_checks: MakeChecks, *, safety_enabled: bool = True
) -> dict[str, Any]:
    """`{files: [{path, language, sha256, level, findings, checks}], verdict}`.

    make_checks: makes the checks, given names that belong to the project that the files are part of.
    Files that use one another are examined together and reported one by one; the doctests of Python files
    are the examples. What cannot be checked (too large, not text) has level "ask". safety_enabled: see
    `CheckReport`.
    Raises AppError(not_found) for a path that is no file.
    """
    return _report(read_items(paths), make_checks(own_names(paths)), safety_enabled)


def check_sources(
    sources: Sequence[SourceFile], make_checks: MakeChecks, *, safety_enabled: bool = True
) -> dict[str, Any]:
    """As `check_files`, for files that are not on this disk; there is no project around them."""
    items = [Item(Path(s.path), s.content.encode(), s) for s in sources]
    return _report(items, make_checks(frozenset()), safety_enabled)


def _report(items: Sequence[Item], checks: Sequence[Check], safety_enabled: bool) -> dict[str, Any]:
    pipeline = Pipeline(checks)
    companions = {
        source.path: Artifact.of(group)
        for group in together([item.source for item in items if item.source])
        for source in group
    }
    checked = [_check(item, companions, pipeline, safety_enabled) for item in items]
    verdicts = [verdict for _, verdict in checked]
    worst = next((v for v in WORST_FIRST if v in verdicts), Verdict.NOT_VERIFIED)
    return {"files": [entry for entry, _ in checked], "verdict": worst.value}


def _check(
    item: Item, companions: dict[str, Artifact], pipeline: Pipeline, safety_enabled: bool
) -> tuple[dict[str, Any], Verdict]:
    results: tuple[CheckResult, ...] = ()
    problem = item.problem
    if item.source is not None:
        results = _examined(item.source, companions[item.source.path], item.language, pipeline)
        seen = any(r.status is not CheckStatus.SKIPPED for r in results)
        problem = "" if seen else "not one of the languages checked here"
    verdict = CheckReport(artifact_hash="", results=results, safety_enabled=safety_enabled).verdict
    pairs = [(f, _level(f, result)) for result in results for f in result.findings]
    if problem:
        verdict = Verdict.NOT_VERIFIED
        pairs.append((_unknown(item, problem), Level.ASK))
    failed = any(r.required and r.status is CheckStatus.FAIL for r in results)
    entry = {
        "path": str(item.path),
        "language": item.language,
        "sha256": sha256_hex(item.data),
        "level": worst_level([*(level for _, level in pairs), Level.ASK if failed else Level.OK]).value,
        "findings": [_finding(f, level) for f, level in pairs],
        "checks": [_result(r) for r in results],
    }
    return entry, verdict


def _examined(
    source: SourceFile, artifact: Artifact, language: Language | None, pipeline: Pipeline
) -> tuple[CheckResult, ...]:
    """The results of the artifact as far as they concern the file."""
    examples = tuple(_doctests(source.content)) if language == "python" else ()
    report = pipeline.run(Subject(artifact, language or "python", examples))
    results = [r for r in report.results if language or r.name in ANY_KIND]
    return tuple(_of_file(r, source.path, alone=len(artifact.files) == 1) for r in results)


def _of_file(result: CheckResult, path: str, *, alone: bool) -> CheckResult:
    reason = result.data.get("skipped", {}).get(path)
    if reason:
        changes = {"status": CheckStatus.SKIPPED, "reason": reason, "findings": (), "evidence": ""}
        return result.model_copy(update=changes)
    if alone:
        return result
    changes: dict[str, Any] = {"findings": tuple(f for f in result.findings if f.path in ("", path))}
    if result.status is CheckStatus.FAIL and result.findings:
        reasons = [f for f in _reasons(result) if f in changes["findings"]]
        changes["status"] = CheckStatus.FAIL if reasons else CheckStatus.PASS
        told = "\n".join(f"{f.path}:{f.line}: {f.text}" for f in reasons[:SHOWN] if f.path)
        changes["evidence"] = told or (result.evidence if reasons else "")
    return result.model_copy(update=changes)


def _reasons(result: CheckResult) -> list[Finding]:
    """The findings that made a check fail."""
    asked = [f for f in result.findings if f.level in (Level.BLOCK, Level.ASK)]
    return asked or [f for f in result.findings if f.severity in HEAVY]


def _doctests(content: str) -> list[Example]:
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # the syntax check reports it
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    texts = [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, kinds)]
    return [example for text in texts if ">>>" in text for example in examples_in(text)]


def _unknown(item: Item, problem: str) -> Finding:
    path = item.source.path if item.source else item.path.name
    return Finding(rule="unknown", severity=Severity.MAJOR, source="check", path=path, text=problem)


def _level(finding: Finding, result: CheckResult) -> Level:
    """What made a required check fail asks at least."""
    asks = result.required and result.status is CheckStatus.FAIL and finding in _reasons(result)
    return worst_level([finding.level, Level.ASK if asks else Level.OK])


def _finding(finding: Finding, level: Level) -> dict[str, Any]:
    optional = {"cwe": finding.cwe, "fix": finding.fix}
    return {
        "id": finding.id,
        "rule": finding.rule,
        "level": level.value,
        "severity": finding.severity.value,
        "source": finding.source,
        "line": finding.line,
        "message": finding.text,
        **{key: value for key, value in optional.items() if value},
    }


def _result(result: CheckResult) -> dict[str, Any]:
    evidence = result.reason if result.status is CheckStatus.SKIPPED else result.evidence
    return {"name": result.name, "status": result.status.value, "ms": result.ms, "evidence": evidence}
