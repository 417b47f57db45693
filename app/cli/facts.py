"""What the fold does not say by itself but a reader of the terminal wants to know. No output here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.decisions import DecisionKind
from app.domain.findings import CheckReport, CheckResult, Verdict
from app.domain.projection import RunView, TurnView
from app.domain.runs import Usage

_WORDS = {
    Verdict.VERIFIED: ("verified", "green"),
    Verdict.CHECKED: ("checked, but no example vouches for it", "yellow"),
    Verdict.NOT_VERIFIED: ("not verified", "red"),
}


@dataclass(frozen=True)
class GateFacts:
    """One version with its evidence. files: path, sha256 and bytes of each."""

    version: int
    files: Sequence[dict[str, Any]]
    results: tuple[CheckResult, ...]

    @classmethod
    def of(cls, run: RunView, artifact_hash: str | None) -> GateFacts:
        """Collected from the turns that count; empty where the hash was never announced."""
        turns = run.turns.values()
        announced = [e.data for t in turns for e in t.versions if e.data["artifact_hash"] == artifact_hash]
        checks = [c["result"] for t in turns for c in t.checks if c["artifact_hash"] == artifact_hash]
        newest = {c["name"]: CheckResult.model_validate(c) for c in checks}
        results = tuple(newest.values())
        return (
            cls(announced[-1]["version"], announced[-1]["files"], results)
            if announced
            else cls(0, (), results)
        )

    @property
    def verdict_words(self) -> tuple[str, str]:
        """Words and colour."""
        return _WORDS[CheckReport(artifact_hash="", results=self.results).verdict]


@dataclass(frozen=True)
class Speed:
    """Tokens and tokens a second, in words. rate: one entry, or none where it is not known."""

    tokens: str
    rate: tuple[str, ...]

    @classmethod
    def of(cls, calls: Sequence[dict[str, Any]]) -> Speed:
        """calls: data of usage events, or usage of a run."""
        usages = [
            Usage.model_validate({k: v for k, v in c.items() if k in Usage.model_fields}) for c in calls
        ]
        total = _sum(usages)
        mark = "≈ " if total.estimated else ""
        timed = [u for u in usages if u.first_token_ms is not None]
        writing = sum(u.total_ms - (u.first_token_ms or 0) for u in timed) / 1000
        written = sum(u.completion_tokens for u in timed)
        rate = (f"{mark}{written / writing:.0f} tokens/s",) if writing > 0 and written > 1 else ()
        return cls(f"{mark}{total.prompt_tokens:,} tokens in, {total.completion_tokens:,} out", rate)


def _sum(usages: Sequence[Usage]) -> Usage:
    total = Usage()
    for usage in usages:
        total = total.plus(usage)
    return total


def last_round(run: RunView) -> int:
    """The round after which the user is asked; a requested change grants the rounds anew."""
    rounds = int(run.created.data.get("max_iterations", 1)) if run.created else 1
    last = rounds
    for decision in run.decisions:
        turn = run.turns.get(decision.turn or 0)
        if turn is not None and decision.data["decision"] == DecisionKind.REVISE:
            last = int(turn.started.data["round"]) + rounds
    return last


def spoke_by_itself(run: RunView, turn: TurnView) -> bool:
    """Whether user_proxy answered by policy: no gate was decided before it spoke."""
    decided = any(d.turn == turn.turn - 1 for d in run.decisions)
    return turn.agent == "user_proxy" and not decided
