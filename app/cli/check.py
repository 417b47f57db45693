"""`check`: scan and run existing files."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import Any, Final

from rich.console import RenderableType
from rich.padding import Padding

from app.checks.files import check_files
from app.checks.sarif import to_sarif
from app.cli.exits import Exit
from app.cli.json_lines import print_json
from app.cli.paint import check_lines
from app.cli.services import MakeServices
from app.cli.terminal import Terminal, safe
from app.domain.findings import LEVELS, CheckResult, Level, Severity

_COLOURS: Final = {"block": "bold red", "ask": "yellow", "badge": "cyan", "ok": "green"}
_SEVERITIES: Final = [severity.value for severity in Severity]
_WORDS: Final = {
    "block": "blocked: not to be run or saved",
    "ask": "to be confirmed by you",
    "badge": "nothing to ask; see what it can do",
    "ok": "nothing to ask",
}
_EXECUTING: Final = ("examples", "tests")  # their evidence says more than their findings
_ADVISING: Final = ("lint", "compiled lint", "metrics")
_BROKEN: Final = "the check itself failed"
_INDENT: Final = 2


def check(arguments: argparse.Namespace, make: MakeServices) -> int:
    """Report on each file; the exit code is 6 for something blocked, 3 for something to ask, else 0."""
    services = make({})
    terminal = Terminal(to_stderr=arguments.json or arguments.sarif)
    with terminal.busy("Checking…"):
        safe = services.settings.code_safety_enabled
        report = check_files(arguments.files, services.checks, safety_enabled=safe)
    if arguments.json:
        print_json(report)
    elif arguments.sarif:
        print(json.dumps(to_sarif(report), indent=2))
    else:
        _print(report, terminal)
    return _code(report)


def _code(report: dict[str, Any]) -> Exit:
    levels = {file["level"] for file in report["files"]}
    if Level.BLOCK in levels:
        return Exit.BLOCKED
    failed = any(c["status"] == "fail" for file in report["files"] for c in file["checks"])
    return Exit.NOT_VERIFIED if failed or Level.ASK in levels else Exit.OK


def _print(report: dict[str, Any], terminal: Terminal) -> None:
    for file in report["files"]:
        terminal.line(f"{file['path']}  {_WORDS[file['level']]}", _COLOURS[file["level"]])
        for part in _lines(file):
            # A padded line is filled up with blanks, which a file of plain lines should not hold.
            terminal.console.print(part if terminal.plain else Padding(part, (0, 0, 0, _INDENT)))
        terminal.line()
    terminal.line(f"{_count(report)} Verdict: {report['verdict'].replace('_', ' ')}.", "bold")


def _lines(file: dict[str, Any]) -> Iterator[RenderableType]:
    yield from check_lines([_result(entry) for entry in file["checks"]])
    findings = [f for f in file["findings"] if f["source"] not in _EXECUTING]
    for finding in sorted(findings, key=_weight):
        level = finding["level"]
        word = finding["severity"] if level == Level.OK else level
        where = f"line {finding['line']}: " if finding["line"] else ""
        style = _COLOURS[level] if level != Level.OK else "dim" if word == Severity.INFO else ""
        yield safe(f"{word}  {where}{finding['message']}  [{_names(finding)}]", style)
        if "fix" in finding:
            yield safe(f"  → {finding['fix']}", "dim")


def _weight(finding: dict[str, Any]) -> tuple[int, int, int]:
    """Heaviest first, then in the order of the file."""
    place = LEVELS.index(Level(finding["level"])), _SEVERITIES.index(finding["severity"])
    return *place, finding["line"] or 0


def _names(finding: dict[str, Any]) -> str:
    return ", ".join(filter(None, [finding["rule"], finding.get("cwe", "")]))


def _count(report: dict[str, Any]) -> str:
    levels = [file["level"] for file in report["files"]]
    counts = ", ".join(f"{levels.count(level)} {level.value}" for level in LEVELS if level in levels)
    return f"{len(levels)} file{'' if len(levels) == 1 else 's'}: {counts}."


def _result(entry: dict[str, Any]) -> CheckResult:
    """What is shown of a check: its time, and evidence that no finding repeats."""
    skipped, text = entry["status"] == "skipped", entry["evidence"]
    told = entry["name"] in _EXECUTING or text.startswith(_BROKEN)
    return CheckResult(
        name=entry["name"] if skipped else f"{entry['name']} {entry['ms']} ms",
        status=entry["status"],
        required=entry["name"] not in _ADVISING,
        evidence=text if told and not skipped else "",
        reason=text if skipped else "",
    )
