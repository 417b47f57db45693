"""Checks and findings: the evidence that stands behind a version."""

from __future__ import annotations

from collections.abc import Iterable
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


class Level(StrEnum):
    """What a finding asks of the user, heaviest first.

    block: cannot be approved, saved or run. ask: the user must confirm this very finding. badge: says what
    the code can do (network, processes, ...). ok: asks nothing.
    """

    BLOCK = "block"
    ASK = "ask"
    BADGE = "badge"
    OK = "ok"


LEVELS = tuple(Level)


def worst_level(levels: Iterable[Level]) -> Level:
    """The heaviest of the levels; OK where there is none."""
    return min(levels, key=LEVELS.index, default=Level.OK)


class Verdict(StrEnum):
    """verified: required checks passed and an example was executed; checked: passed, but nothing ran."""

    VERIFIED = "verified"
    CHECKED = "checked"
    NOT_VERIFIED = "not_verified"


class Finding(BaseModel):
    """Something to mend or to know. Its id is stable over rounds, so progress can be counted.

    source: the tool or agent that says so; what an agent says is a claim, not evidence.
    symbol: the function or class concerned, as far as known.
    level: what it asks of the user. cwe: like "CWE-89" where it is a known weakness. fix: how to mend it.
    """

    model_config = ConfigDict(frozen=True)

    rule: str
    severity: Severity
    source: str
    path: str
    text: str
    symbol: str = ""
    line: int | None = None
    level: Level = Level.OK
    cwe: str = ""
    fix: str = ""

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
    sandbox: what executed the code, with its version; empty where nothing was executed.
    executed / passed: how many examples and tests were executed and how many of these passed.
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
    sandbox: str = ""
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
    def level(self) -> Level:
        """The heaviest level of the findings."""
        return worst_level(f.level for f in self.findings)

    @property
    def metrics(self) -> dict[str, float]:
        return {k: v for r in self.results for k, v in r.metrics.items()}

    @property
    def examples(self) -> tuple[dict[str, Any], ...]:
        """One entry for each example that was tried: text, origin, ok, evidence and more."""
        return tuple(e for r in self.results for e in r.data.get("examples", ()))

    @property
    def required_passed(self) -> int:
        """How many required checks, examples and tests passed; for telling which version does better."""
        required = [r for r in self.results if r.required]
        return sum(r.passed + (r.status is CheckStatus.PASS) for r in required)

    @property
    def oracle(self) -> int:
        """Examples and tests executed that the user or the task gave; those of agents do not count."""
        return sum(r.executed for r in self.results if r.required)

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
        """Verified needs every required check passed, an example or test of the user's or the task's
        executed, and nothing executed that failed: neither agents' examples nor agreement.
        """
        ran = [r for r in self.results if r.required and r.status is CheckStatus.PASS]
        if self.failed or not ran or self.level is Level.BLOCK:
            return Verdict.NOT_VERIFIED
        if self.safety_enabled and self.oracle and self.passed == self.executed:
            return Verdict.VERIFIED
        return Verdict.CHECKED

    def plus(self, result: CheckResult) -> CheckReport:
        """The report with one more result."""
        return self.model_copy(update={"results": (*self.results, result)})

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
