"""Lints Python with ruff."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from app.checks.lint.tool import binary, failed, missing_binary, run_tool
from app.domain.artifacts import SourceFile
from app.domain.findings import Finding, Severity
from app.domain.runs import Language

SELECTED: Final = ("E4", "E7", "E9", "F", "B", "SIM", "C4", "PERF", "PLE", "PLW", "RUF")
# A matter of taste, or right as often as wrong in code that does what it should.
IGNORED: Final = (
    "E401", "E701", "E702", "E703", "E731", "E741", "B007", "B028", "B904", "B905", "C408", "PERF203",
    "PLW0603", "PLW1508", "PLW1641", "PLW2901", "RUF001", "RUF002", "RUF003", "RUF005", "RUF012",
    "RUF022", "RUF023", "RUF046", "RUF059", "RUF100", "SIM102", "SIM103", "SIM105", "SIM108", "SIM110",
    "SIM112", "SIM114", "SIM115", "SIM116", "SIM117", "SIM300", "SIM905",
)  # fmt: skip
# Code that fails, or does something else than it says, once it is reached.
BUGS: Final = (
    "F50", "F52", "F63", "F70", "F82", "E9", "PLE", "B002", "B003", "B005", "B012", "B015", "B016", "B017",
    "B018", "B020", "B021", "B022", "B023", "B025", "B029", "B030", "B031", "B035", "PLW0127", "PLW0128",
    "PLW0129", "PLW0131", "PLW0177", "PLW0245", "PLW0711", "PLW1501", "RUF016",
)  # fmt: skip
PYTHON: Final = "py312"  # that of the sandbox
SYNTAX: Final = (None, "invalid-syntax")  # the syntax check says it
EXIT_CODES: Final = (0, 1)  # nothing found, something found


class Ruff:
    """See `Linter`. No configuration of the user's counts, and neither does `# noqa`."""

    language: Language = "python"

    @property
    def edition(self) -> str:
        return f"ruff {version('ruff')}"

    def missing(self) -> str:
        """See `Linter`."""
        return missing_binary("ruff")

    def lint(self, files: Sequence[SourceFile], folder: Path, stop: threading.Event) -> list[Finding]:
        """See `Linter`."""
        rules = ("--select", ",".join(SELECTED), "--ignore", ",".join(IGNORED), "--ignore-noqa")
        how = ("--isolated", "--no-cache", "--target-version", PYTHON, "--output-format", "json", "--quiet")
        command = [str(binary("ruff")), "check", *how, *rules, "--", *(f.path for f in files)]
        code, out = run_tool(command, folder, stop)
        if code not in EXIT_CODES:
            raise failed("ruff", code, out)
        root = folder.resolve()
        return [_finding(e, root) for e in json.loads(out) if e["code"] not in SYNTAX]


def _finding(entry: Mapping[str, Any], root: Path) -> Finding:
    rule = str(entry["code"])
    fix: Mapping[str, Any] | None = entry["fix"]
    return Finding(
        rule=rule,
        severity=Severity.MAJOR if rule.startswith(BUGS) else Severity.MINOR,
        source="ruff",
        path=Path(entry["filename"]).resolve().relative_to(root).as_posix(),
        line=entry["location"]["row"],
        text=entry["message"],
        fix=fix["message"] or "" if fix else "",
    )
