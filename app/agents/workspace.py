"""What one turn works on: the run's state, the checks, and what the turn has produced so far."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from app.agents import brief
from app.checks.compare import Comparison, compare
from app.checks.examples import Example, combined, examples_in, parse_example
from app.checks.pipeline import Pipeline, Subject
from app.checks.signatures import signatures
from app.domain.artifacts import Artifact
from app.domain.events import EventDraft, EventType
from app.domain.findings import CheckReport, CheckResult, CheckStatus, Finding
from app.domain.runs import RunRequest, RunState

Emit = Callable[[EventDraft], None]


class Workspace:
    """The desk that the speaking agent works at.

    state: replaced as the turn goes on; saved by the turn when it ends.
    closing: events that must be committed together with the state, since they speak of kept artifacts.
    kept: artifacts that those events name.
    emit: records an event at once. safety_enabled: see `CheckReport`.
    """

    def __init__(
        self,
        request: RunRequest,
        state: RunState,
        pipeline: Pipeline,
        emit: Emit,
        *,
        safety_enabled: bool = True,
    ) -> None:
        self.request = request
        self.state = state
        self.closing: list[EventDraft] = []
        self.kept: list[Artifact] = []
        self.emit = emit
        self._pipeline = pipeline
        self._safety_enabled = safety_enabled

    @property
    def files(self) -> Artifact | None:
        """The files that are being talked about: the unchecked candidate if there is one."""
        return self.state.candidate or self.state.artifact

    @property
    def shared(self) -> str:
        """The part of the brief that every agent gets."""
        state = self.state
        stale = state.candidate is not None
        return brief.join(
            brief.task_part(self.request),
            brief.files_part(self.files),
            "" if stale else brief.report_part(state.report),
            "" if stale else brief.findings_part(state.claims),
            "" if stale else brief.feedback_part(state.feedback, state.setback),
        )

    @property
    def unseen(self) -> str:
        """The brief for one who must not see the code: task and signatures only."""
        shown = signatures(self.files) if self.files else []
        return brief.join(brief.task_part(self.request), brief.signatures_part([s.text for s in shown]))

    @property
    def wants_examples(self) -> bool:
        """Whether nobody has given an example and none has been proposed yet."""
        python = self.request.language == "python"
        return python and not self._given_examples() and not self.state.proposed_examples

    def update(self, **changes: Any) -> None:
        """Replace fields of the state."""
        self.state = self.state.model_copy(update=changes)

    def propose(self, agent: str, artifact: Artifact, mended: tuple[str, ...]) -> None:
        """code_generator's new version; it becomes the best one only after quality_checker's checks."""
        self.update(version=self.state.version + 1, candidate=artifact)
        self._announce(EventType.ARTIFACT_PROPOSED, agent, artifact, self.state.version, mended=list(mended))

    async def inspect(self, agent: str, artifact: Artifact) -> CheckReport:
        """Run all checks in a thread; each result is recorded as soon as it is there."""
        loop = asyncio.get_running_loop()

        def on_result(result: CheckResult) -> None:
            loop.call_soon_threadsafe(self._record_check, agent, artifact.hash, result)

        subject = Subject(
            artifact=artifact,
            language=self.request.language,
            examples=self._given_examples(),
            proposed=tuple(parse_example(text, "proposed") for text in self.state.proposed_examples),
        )
        report = await asyncio.to_thread(self._pipeline.run, subject, on_result)
        return report.model_copy(update={"safety_enabled": self._safety_enabled})

    def settle(self, agent: str, report: CheckReport) -> None:
        """The candidate has been checked: it replaces the best version unless it does worse."""
        state, candidate = self.state, self.state.candidate
        if candidate is None:
            self.update(report=report)
            return
        if state.artifact is not None and state.report is not None and _rank(report) < _rank(state.report):
            reason = f"version {state.best_version} does better: {state.report.summary()}"
            self._announce(EventType.ARTIFACT_REJECTED, agent, candidate, state.version, reason=reason)
            self.update(candidate=None, setback=report.why_failed())
            return
        self.update(
            artifact=candidate,
            candidate=None,
            report=report,
            best_version=state.version,
            claims=(),
            setback="",
        )

    def claim(self, findings: tuple[Finding, ...]) -> None:
        """What quality_checker's model adds; claims, not evidence."""
        self.update(claims=findings)

    async def try_improvement(self, agent: str, artifact: Artifact, old: CheckReport) -> Comparison:
        """code_optimizer's version, on probation: kept only if nothing got worse and something better.

        old: the report of the best version, which it has to beat.
        """
        new = await self.inspect(agent, artifact)
        comparison = compare(old, new)
        version = self.state.version + 1
        self.update(version=version)
        if comparison.better:
            self._announce(EventType.ARTIFACT_PROPOSED, agent, artifact, version, reason=comparison.reason)
            self.update(artifact=artifact, report=new, best_version=version, claims=())
        else:
            self._announce(EventType.ARTIFACT_REJECTED, agent, artifact, version, reason=comparison.reason)
        return comparison

    def _given_examples(self) -> tuple[Example, ...]:
        """The user's examples and those found in the requirements; only Python's can be read."""
        if self.request.language != "python":
            return ()
        given = [parse_example(text, "user") for text in self.request.examples]
        return tuple(combined(given, examples_in(self.request.requirements)))

    def _announce(self, kind: EventType, agent: str, artifact: Artifact, version: int, **facts: Any) -> None:
        names = ", ".join(f.path for f in artifact.files)
        verb = "proposed" if kind is EventType.ARTIFACT_PROPOSED else "not kept"
        reason = f" ({facts['reason']})" if facts.get("reason") else ""
        data = {
            "version": version,
            "artifact_hash": artifact.hash,
            "files": [
                {"path": f.path, "sha256": f.sha256, "bytes": len(f.content.encode())} for f in artifact.files
            ],
            **facts,
        }
        self.kept.append(artifact)
        self.closing.append(
            EventDraft(
                type=kind, agent=agent, message=f"Version {version} {verb}: {names}{reason}", data=data
            )
        )

    def _record_check(self, agent: str, artifact_hash: str, result: CheckResult) -> None:
        count = f" {result.passed}/{result.executed}" if result.executed else ""
        self.emit(
            EventDraft(
                type=EventType.CHECK_COMPLETED,
                agent=agent,
                message=f"{result.name}{count}: {result.status.value}"
                + (f" ({result.reason})" if result.reason else ""),
                data={"artifact_hash": artifact_hash, "result": result.model_dump(mode="json")},
            )
        )


def _rank(report: CheckReport) -> tuple[int, int]:
    """More required checks passed, then more examples passed; used to keep the best version."""
    kept = sum(r.required and r.status is CheckStatus.PASS for r in report.results)
    return kept, report.passed
