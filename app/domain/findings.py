"""Checks and findings: the evidence that stands behind a version."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, computed_field

from app.domain.artifacts import sha256_hex


class Severity(StrEnum):
    """How much a finding weighs, heaviest first."""

    BLOCKER = "blocker"
    MAJOR = "major"
    MINOR = "minor"
    INFO = "info"


class CheckStatus(StrEnum):
    """What became of a check; a skipped check says why and proves nothing."""

    PASS = "pass"  # noqa: S105 - not a password
    FAIL = "fail"
    SKIPPED = "skipped"


class Verdict(StrEnum):
    """verified: required checks passed and an example was executed; checked: passed, but nothing ran."""

    VERIFIED = "verified"
    CHECKED = "checked"
    NOT_VERIFIED = "not_verified"


class Finding(BaseModel):
    """Something to mend or to know. Its id is stable over rounds, so progress can be counted.

    source: the tool or agent that says so; what an agent says is a claim, not evidence.
    symbol: the function or class concerned, as far as known.
    """

    model_config = ConfigDict(frozen=True)

    rule: str
    severity: Severity
    source: str
    path: str
    text: str
    symbol: str = ""
    line: int | None = None

    @computed_field
    @property
    def id(self) -> str:
        """First 16 hex digits of the hash of (rule, path, symbol, text)."""
        return sha256_hex(f"{self.rule}\0{self.path}\0{self.symbol}\0{self.text}".encode())[:16]


class CheckResult(BaseModel):
    """Outcome of one check on one artifact.

    name: "syntax", "examples", ...
    required: whether failing it keeps the version from passing.
    reason: why it was skipped; empty otherwise.
    evidence: short text a person can follow, e.g. the failing call with its output.
    executed / passed: how many examples were executed and how many of these passed.
    metrics: measured values by name, smaller is better, for comparing versions.
    data: further facts for programs (e.g. one entry per example).
    """

    model_config = ConfigDict(frozen=True)

    name: str
    status: CheckStatus
    required: bool = True
    ms: int = 0
    reason: str = ""
    evidence: str = ""
    findings: tuple[Finding, ...] = ()
    executed: int = 0
    passed: int = 0
    metrics: dict[str, float] = Field(default_factory=dict[str, float])
    data: dict[str, Any] = Field(default_factory=dict[str, Any])


class CheckReport(BaseModel):
    """All checks of one artifact, bound to its hash.

    safety_enabled: False where the user switched the safety checks off; then nothing counts as verified.
    """

    model_config = ConfigDict(frozen=True)

    artifact_hash: str
    results: tuple[CheckResult, ...] = ()
    safety_enabled: bool = True

    @property
    def failed(self) -> tuple[CheckResult, ...]:
        """Required checks that failed."""
        return tuple(r for r in self.results if r.required and r.status is CheckStatus.FAIL)

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(f for r in self.results for f in r.findings)

    @property
    def metrics(self) -> dict[str, float]:
        return {k: v for r in self.results for k, v in r.metrics.items()}

    @property
    def executed(self) -> int:
        """Examples executed, whatever their outcome."""
        return sum(r.executed for r in self.results)

    @property
    def passed(self) -> int:
        """Examples executed that gave what they should."""
        return sum(r.passed for r in self.results)

    @property
    def verdict(self) -> Verdict:
        """Verified needs every required check passed, an example executed and none of those failed."""
        ran = [r for r in self.results if r.required and r.status is CheckStatus.PASS]
        if self.failed or not ran:
            return Verdict.NOT_VERIFIED
        if self.safety_enabled and self.executed and self.passed == self.executed:
            return Verdict.VERIFIED
        return Verdict.CHECKED

    def why_failed(self, limit: int = 1_500) -> str:
        """The evidence of each required check that failed, each at most `limit` characters long."""
        return "\n".join(f"{r.name} failed:\n{r.evidence[:limit]}" for r in self.failed)

    def summary(self) -> str:
        """One line, e.g. `syntax passed, examples 3/3 passed`."""
        words: list[str] = []
        for r in self.results:
            count = f" {r.passed}/{r.executed}" if r.executed else ""
            state = {"pass": "passed", "fail": "failed", "skipped": "skipped"}[r.status.value]
            words.append(f"{r.name}{count} {state}" + (f" ({r.reason})" if r.reason else ""))
        return ", ".join(words) or "nothing was checked"
