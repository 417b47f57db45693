"""`check`: scan and run existing files."""

from __future__ import annotations

import argparse
import json
from typing import Any, Final

from app.checks.files import check_files, to_sarif
from app.cli.exits import Exit
from app.cli.json_lines import print_json
from app.cli.paint import check_lines
from app.cli.services import MakeServices
from app.cli.terminal import Terminal
from app.domain.findings import CheckResult

_LEVEL_COLOURS: Final = {"block": "bold red", "ask": "yellow", "badge": "cyan", "ok": "green"}


def check(arguments: argparse.Namespace, make: MakeServices) -> int:
    """Report on each file; the exit code is 6 for something blocked, 3 for something to ask, else 0."""
    report = check_files(arguments.files, make({}).executor)
    if arguments.json:
        print_json(report)
    elif arguments.sarif:
        print(json.dumps(to_sarif(report), indent=2))
    else:
        _print(report, Terminal())
    return _code(report)


def _code(report: dict[str, Any]) -> Exit:
    levels = {file["level"] for file in report["files"]}
    if "block" in levels:
        return Exit.BLOCKED
    failed = any(c["status"] == "fail" for file in report["files"] for c in file["checks"])
    return Exit.NOT_VERIFIED if failed or "ask" in levels else Exit.OK


def _print(report: dict[str, Any], terminal: Terminal) -> None:
    for file in report["files"]:
        terminal.line(f"{file['path']}  {file['level']}", _LEVEL_COLOURS[file["level"]])
        for line in check_lines([_result(c) for c in file["checks"]]):
            terminal.console.print(line)
        for finding in file["findings"]:
            where = f"line {finding['line']}: " if finding["line"] else ""
            terminal.line(f"  {finding['severity']}  {where}{finding['message']}  [{finding['rule']}]")
    terminal.line(f"Verdict: {report['verdict'].replace('_', ' ')}", "bold")


def _result(entry: dict[str, Any]) -> CheckResult:
    skipped = entry["status"] == "skipped"
    return CheckResult(
        name=entry["name"],
        status=entry["status"],
        evidence="" if skipped else entry["evidence"],
        reason=entry["evidence"] if skipped else "",
    )
