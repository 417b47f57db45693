"""The result of a lint check: what a linter finds never keeps a version from passing."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Final

from app.domain.findings import CheckResult, CheckStatus, Finding, Severity

SHOWN: Final = 5


def linted(
    name: str, found: Sequence[Finding], skipped: Mapping[str, str], start: float, sandbox: str = ""
) -> CheckResult:
    """Fails where one of the findings is a bug. skipped: why, by path. start: of the monotonic clock."""
    bugs = [f for f in found if f.severity is Severity.MAJOR]
    return CheckResult(
        name=name,
        status=CheckStatus.FAIL if bugs else CheckStatus.PASS,
        required=False,
        ms=round((time.monotonic() - start) * 1000),
        evidence="\n".join(f"{f.path}:{f.line}: {f.text} [{f.rule}]" for f in bugs[:SHOWN]),
        findings=tuple(sorted(found, key=lambda f: (f.path, f.line or 0, f.rule))),
        sandbox=sandbox,
        metrics={name.replace(" ", "_"): len(found)},
        data={"skipped": dict(skipped)},
    )


def not_linted(name: str, skipped: Mapping[str, str]) -> CheckResult:
    """Where no file was."""
    why = "; ".join(dict.fromkeys(skipped.values())) or "there is no file"
    data = {"skipped": dict(skipped)}
    return CheckResult(name=name, status=CheckStatus.SKIPPED, required=False, reason=why, data=data)
