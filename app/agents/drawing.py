"""Draws several versions and orders them by what they do when they are run.

Small models gain nothing from being shown their mistakes, but one of several fresh answers is often right
(docs/decisions/0012-candidates.md). Nothing here trusts a model: examples and agreement decide.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from app.agents.workspace import Workspace
from app.checks import syntax
from app.checks.agreement import agree, as_result
from app.domain.artifacts import Artifact
from app.domain.events import EventDraft, EventType
from app.domain.findings import CheckReport, CheckResult
from app.domain.runs import Candidate

DRAWING: Final = "drawing"  # kind of the notes
CONTRADICTING: Final = 3  # so many versions that agree against an example make the example doubtful
ALIKE: Final = 3  # so many versions that fail alike end the drawing
Draw = Callable[[], Awaitable[Artifact | None]]
Examine = Callable[[Artifact], Awaitable[CheckReport]]


@dataclass(frozen=True)
class Standing:
    """Where a candidate stands. agreement: how many do what it does; None where it is the only one.

    crashes: whether it does on a call that a sound one answers.
    """

    candidate: Candidate
    report: CheckReport
    agreement: CheckResult | None
    crashes: bool = False

    @property
    def votes(self) -> int:
        """How many candidates, itself included, do what it does; 1 where that is unknown."""
        return self.agreement.data.get("votes", 1) if self.agreement else 1

    @property
    def whole_report(self) -> CheckReport:
        """The report with what the comparison says."""
        return self.report.plus(self.agreement) if self.agreement else self.report

    @property
    def passes(self) -> bool:
        """Whether no required check failed."""
        return not self.report.failed

    @property
    def rank(self) -> tuple[bool, int, bool, int, int]:
        """Higher is better; the earlier of two equals wins."""
        return (
            self.passes,
            self.report.required_passed,
            not self.crashes,
            self.votes,
            -self.candidate.version,
        )


async def standings(workspace: Workspace, examine: Examine) -> list[Standing]:
    """All candidates, best first; each is examined, and all are compared by what they do."""
    candidates = workspace.state.candidates
    reports = [await examine(c.artifact) for c in candidates]
    start = time.monotonic()
    drawn = [n for n, candidate in enumerate(candidates) for _ in range(candidate.drawn)]
    observed = await workspace.observed([candidates[n].artifact for n in drawn])
    agreement = agree(observed, [not reports[n].failed for n in drawn])
    ms = round((time.monotonic() - start) * 1000)
    found = list(map(Standing, candidates, reports, [None] * len(reports)))
    if len(drawn) > 1:
        places = [drawn.index(n) for n in range(len(candidates))]
        found = [
            replace(
                standing,
                agreement=as_result(agreement, place, ms, workspace.state.agreeing),
                crashes=place in agreement.crashes,
            )
            for standing, place in zip(found, places, strict=True)
        ]
    return sorted(found, key=lambda s: s.rank, reverse=True)


class Drawing:
    """The drawing of one round, after its first version. draw: asks the model for one more answer."""

    def __init__(self, workspace: Workspace, agent: str, draw: Draw) -> None:
        self._workspace = workspace
        self._agent = agent
        self._draw = draw

    async def complete(self) -> None:
        """Draw until enough versions agree or the plan is used up; leaves the most promising first."""
        plan = self._workspace.plan
        self._workspace.update(agreeing=plan.agreeing)
        if plan.candidates < 2:
            return
        started, asked = time.monotonic(), 1
        ranked = await standings(self._workspace, self._workspace.trial)
        while asked < plan.candidates and time.monotonic() - started < plan.seconds:
            wanting = self._wanting(ranked, asked)
            if not wanting:
                break
            asked += 1
            self._note(
                f"Drawing version {asked} of at most {plan.candidates} in this round: {wanting}", asked
            )
            artifact = await self._draw()
            if artifact is not None:
                self._workspace.add_candidate(self._agent, artifact)
                ranked = await standings(self._workspace, self._workspace.trial)
        self._workspace.update(candidates=tuple(s.candidate for s in ranked))
        self._doubt(ranked)

    def _wanting(self, ranked: list[Standing], asked: int) -> str:
        """Why one more version is worth drawing; empty where it is not."""
        agreeing, best = self._workspace.plan.agreeing, ranked[0] if ranked else None
        if best is None:
            return "no answer could be read yet"
        if not best.passes:
            return "" if _all_alike(ranked) else f"{_failure(best.report)} in the best so far"
        if not self._workspace.comparable:
            # Nothing to compare on yet: a few to choose from once there are examples.
            return "" if asked >= agreeing else "to compare with the first"
        return "" if best.votes >= agreeing else f"{best.votes} of {agreeing} that agree so far"

    def _doubt(self, ranked: list[Standing]) -> None:
        """Notice where versions agree with each other and not with an example."""
        passing = not ranked or ranked[0].passes
        doubt = "" if passing else contradicted([s.report for s in ranked])
        self._workspace.update(doubt=doubt)
        if doubt:
            self._note(doubt, len(ranked))

    def _note(self, message: str, number: int) -> None:
        data = {"kind": DRAWING, "number": number, "of": self._workspace.plan.candidates}
        self._workspace.emit(EventDraft(type=EventType.NOTE, agent=self._agent, message=message, data=data))


def contradicted(reports: list[CheckReport]) -> str:
    """Which example most versions answer alike, and otherwise than it says; empty where none.

    Three reference solutions of HumanEval contradict an example of their own task, so examples err, too.
    """
    given: dict[tuple[str, str], int] = {}
    for report in reports:
        for entry in report.examples:
            if not entry["ok"] and entry.get("got"):
                key = entry["text"], entry["got"]
                given[key] = given.get(key, 0) + 1
    for (text, got), count in given.items():
        if count >= CONTRADICTING and count * 3 > len(reports) * 2:
            return (
                f"{count} of {len(reports)} versions written independently give {got} for the example "
                f"{text}: is the example right?"
            )
    return ""


def _all_alike(ranked: list[Standing]) -> bool:
    """Whether all fail for the same reason, and not because of what they do: the task may well ask for it.

    No task asks for code that cannot be parsed; the next answer may well be whole.
    """
    reasons = [frozenset((r.name, f.rule) for r in s.report.failed for f in r.findings) for s in ranked]
    chance = any(r.executed or r.name == syntax.NAME for s in ranked for r in s.report.failed)
    return len(ranked) >= ALIKE and len(set(reasons)) == 1 and not chance


def _failure(report: CheckReport) -> str:
    names = ", ".join(r.name for r in report.failed)
    return f"{names} failed"
