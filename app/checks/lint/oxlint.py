"""Lints JavaScript with oxlint; `oxlint.json` chooses the rules: "error" there is a bug for sure."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from app.checks.lint.tool import binary, failed, missing_binary, run_tool
from app.domain.artifacts import SourceFile, sha256_hex
from app.domain.findings import Finding, Severity
from app.domain.runs import Language

CONFIG: Final = Path(__file__).with_name("oxlint.json")
EXIT_CODES: Final = (0, 1)  # nothing but warnings, errors
# It has no option that makes it pass over these comments; the change keeps every position.
SUPPRESSION: Final = re.compile(r"\b(eslint|oxlint)-(?=disable)")
UNUSED: Final = "eslint/no-unused-vars"
EXPORTS: Final = re.compile(r"^export\b|\bexports\b", re.MULTILINE)
BROUGHT_IN: Final = re.compile(r"^import\b|\brequire\(")


class Oxlint:
    """See `Linter`. No configuration of the user's counts, and neither do comments that disable rules."""

    language: Language = "javascript"

    @property
    def edition(self) -> str:
        try:
            return f"oxlint {version('oxlint')} {sha256_hex(CONFIG.read_bytes())[:8]}"
        except PackageNotFoundError:
            return "oxlint missing"

    def missing(self) -> str:
        """See `Linter`."""
        return missing_binary("oxlint")

    def lint(self, files: Sequence[SourceFile], folder: Path, stop: threading.Event) -> list[Finding]:
        """See `Linter`."""
        for file in files:
            folder.joinpath(file.path).write_bytes(SUPPRESSION.sub(r"\1_", file.content).encode())
        how = ("--config", str(CONFIG), "--disable-nested-config", "--no-ignore", "--threads=1")
        command = [str(binary("oxlint")), *how, "--format=json", "--", *(f.path for f in files)]
        code, out = run_tool(command, folder, stop)
        if code not in EXIT_CODES:
            raise failed("oxlint", code, out)
        found = [_finding(e) for e in json.loads(out)["diagnostics"] if "code" in e]
        by_path = {f.path: f.content for f in files}
        return [f for f in found if not _is_offered(f, by_path[f.path])]


def _finding(entry: Mapping[str, Any]) -> Finding:
    rule, lines = _rule(entry["code"]), [label["span"]["line"] for label in entry["labels"]]
    return Finding(
        rule=rule,
        severity=Severity.MAJOR if entry["severity"] == "error" else Severity.MINOR,
        source="oxlint",
        path=Path(entry["filename"]).as_posix(),
        # The first label tells where something is declared, the last one where it is used wrongly.
        line=lines[0 if rule == UNUSED else -1] if lines else None,
        text=entry["message"],
        fix=entry.get("help") or "",
    )


def _is_offered(finding: Finding, content: str) -> bool:
    """Whether something unused is there for others: what stands at the top of a file without exports is."""
    if finding.rule != UNUSED or finding.line is None or EXPORTS.search(content):
        return False
    line = content.splitlines()[finding.line - 1]
    return not line[:1].isspace() and not BROUGHT_IN.search(line)


def _rule(code: str) -> str:
    """`eslint(no-undef)` as `eslint/no-undef`."""
    return code.replace("(", "/").removesuffix(")")
