"""What one turn works on: the run's state, the checks, and what the turn has produced so far."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from app.agents import brief
from app.agents.plan import ONE, Plan
from app.checks.agreement import difference
from app.checks.compare import Comparison, compare
from app.checks.examples import Example, combined, examples_in, parse_example
from app.checks.pipeline import OnResult, Pipeline, Subject
from app.checks.sandbox.base import Program, Sandboxes
from app.checks.signatures import signatures
from app.checks.variants import Call, Observation, observe, variants
from app.domain.artifacts import Artifact, SourceFile
from app.domain.events import EventDraft, EventType
from app.domain.findings import CheckReport, CheckResult, Finding
from app.domain.runs import Candidate, RunRequest, RunState, VersionRecord

Emit = Callable[[EventDraft], None]
T = TypeVar("T")


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
        sandboxes: Sandboxes,
        plan: Plan = ONE,
        safety_enabled: bool = True,
    ) -> None:
        self.request = request
        self.state = state
        self.closing: list[EventDraft] = []
        self.kept: list[Artifact] = []
        self.emit = emit
        self.plan = plan
        self._pipeline = pipeline
        self._sandboxes = sandboxes
        self._safety_enabled = safety_enabled

    @property
    def files(self) -> Artifact | None:
        """The files that are being talked about: the best unsettled candidate if there is one."""
        if self.state.candidates:
            return self.state.candidates[0].artifact
        return None if self._from_scratch else self.state.artifact

    @property
    def _from_scratch(self) -> bool:
        """Whether the round starts from the task again; never after the user has asked for changes."""
        return self.plan.fresh and not self.state.feedback

    @property
    def shared(self) -> str:
        """The part of the brief that every agent gets."""
        state = self.state
        stale = bool(state.candidates) or self._from_scratch
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
        executed = self._sandboxes.choose(self.request.language) is not None
        return executed and not self._given_examples() and not self.state.proposed_examples

    def update(self, **changes: Any) -> None:
        """Replace fields of the state."""
        self.state = self.state.model_copy(update=changes)

    @property
    def comparable(self) -> bool:
        """Whether versions can be compared by what they do: there are calls, and something to run them."""
        return bool(self._calls()) and self._sandboxes.choose(self.request.language) is not None

    def add_candidate(self, agent: str, artifact: Artifact, mended: tuple[str, ...] = ()) -> None:
        """One more version of this round; it becomes the best one only after quality_checker's checks.

        The same bytes once more are no version of their own, but count when versions are compared.
        """
        earlier = self.state.candidates
        if any(c.artifact.hash == artifact.hash for c in earlier):
            again = (
                c.model_copy(update={"drawn": c.drawn + (c.artifact.hash == artifact.hash)}) for c in earlier
            )
            self.update(candidates=tuple(again))
            return
        version = self.state.version + 1
        candidates = (*earlier, Candidate(version=version, artifact=artifact))
        self.update(version=version, candidates=candidates)
        self._announce(EventType.ARTIFACT_PROPOSED, agent, artifact, version, mended=list(mended))

    async def trial(self, artifact: Artifact) -> CheckReport:
        """The checks of an artifact without a word about it; kept by content, so that no work is lost."""
        return await self._examined(artifact, None)

    async def observed(self, artifacts: Sequence[Artifact]) -> list[list[Observation]]:
        """What each gives for calls that nobody gave a result for, a row an artifact.

        Empty where there is nothing to compare, or nothing to run it.
        """
        calls, language = self._calls(), self.request.language
        if not calls or len(artifacts) < 2:
            return []
        files = {f.path: f.content.encode() for artifact in artifacts for f in artifact.files}
        executor = self._sandboxes.choose(language, Program(language, files))
        if executor is None:
            return []
        observed: dict[str, list[Observation]] = {}
        for artifact in artifacts:
            if artifact.hash not in observed:
                look = partial(observe, artifact, calls, executor, language=language)
                observed[artifact.hash] = await self._in_thread(lambda stop, look=look: look(stop=stop))
        return [observed[a.hash] for a in artifacts]

    async def inspect(self, agent: str, artifact: Artifact) -> CheckReport:
        """Run all checks in a thread; each result is recorded as soon as it is there."""
        loop = asyncio.get_running_loop()

        def on_result(result: CheckResult) -> None:
            loop.call_soon_threadsafe(self.record_check, agent, artifact.hash, result)

        return await self._examined(artifact, on_result)

    async def _examined(self, artifact: Artifact, on_result: OnResult | None) -> CheckReport:
        subject = self._subject(artifact)
        report = await self._in_thread(lambda stop: self._pipeline.run(subject, on_result, stop))
        return report.model_copy(update={"safety_enabled": self._safety_enabled})

    def settle(self, agent: str, reports: Sequence[CheckReport]) -> None:
        """The candidates have been checked: the first replaces the best version unless it does worse.

        reports: one for each candidate, in their order.
        """
        if not self.state.candidates:
            self.update(report=reports[0])
            return
        first, *others = self.state.candidates
        for candidate, report in zip(others, reports[1:], strict=True):
            self._turn_down(agent, candidate, report, f"version {first.version} does better or as well")
        best, report = self.state.artifact, reports[0]
        self.update(candidates=())
        if best is not None and self.state.report is not None and _rank(report) < _rank(self.state.report):
            reason = f"version {self.state.best_version} does better: {self.state.report.summary()}"
            self._turn_down(agent, first, report, reason)
            self.update(setback=report.why_failed())
            return
        self._keep(agent, first, report)
        self.update(setback="")

    def _keep(self, agent: str, version: Candidate, report: CheckReport) -> None:
        self._file(agent, version, report, "")
        self.update(artifact=version.artifact, report=report, best_version=version.version, claims=())

    def _turn_down(self, agent: str, version: Candidate, report: CheckReport, reason: str) -> None:
        self._file(agent, version, report, reason)
        self._announce(EventType.ARTIFACT_REJECTED, agent, version.artifact, version.version, reason=reason)

    def _file(self, agent: str, version: Candidate, report: CheckReport, not_kept: str) -> None:
        record = VersionRecord(
            version=version.version,
            agent=agent,
            artifact_hash=version.artifact.hash,
            report=report,
            not_kept=not_kept,
        )
        self.update(versions=(*self.state.versions, record))

    def claim(self, findings: tuple[Finding, ...]) -> None:
        """What quality_checker's model adds; claims, not evidence."""
        self.update(claims=findings)

    async def try_improvement(self, agent: str, artifact: Artifact, old: CheckReport) -> Comparison:
        """code_optimizer's version, on probation: kept only if nothing got worse and something better.

        old: the report of the best version, which it has to beat.
        """
        new = await self.inspect(agent, artifact)
        rows = await self.observed([self.state.artifact, artifact] if self.state.artifact else [])
        comparison = compare(old, new, difference(*rows) if rows else "")
        version = Candidate(version=self.state.version + 1, artifact=artifact)
        self.update(version=version.version)
        if comparison.better:
            reason = comparison.reason
            self._announce(EventType.ARTIFACT_PROPOSED, agent, artifact, version.version, reason=reason)
            self._keep(agent, version, new)
        else:
            self._turn_down(agent, version, new, comparison.reason)
        return comparison

    async def take_edit(self, agent: str, artifact: Artifact, base: str) -> None:
        """The user's own version: checked like any other, and the one to decide on whatever the checks say.

        base: hash of the version that was edited. It is announced at once, since its files are kept already.
        """
        version = Candidate(version=self.state.version + 1, artifact=artifact)
        facts = {"reason": f"edited from version {self.state.version_of(base)}", "base": base}
        self.emit(_announcement(EventType.ARTIFACT_PROPOSED, agent, artifact, version.version, facts))
        report = await self.inspect(agent, artifact)
        self._keep(agent, version, report)
        doubt = self.state.doubt if report.failed else ""
        self.update(version=version.version, setback="", doubt=doubt)

    def _subject(self, artifact: Artifact) -> Subject:
        language = self.request.language
        return Subject(
            artifact=artifact,
            language=language,
            examples=self._given_examples(),
            proposed=tuple(
                parse_example(text, "proposed", language) for text in self.state.proposed_examples
            ),
            tests=tuple(SourceFile(path=t.name, content=t.content) for t in self.request.tests),
        )

    def _calls(self) -> list[Call]:
        """Calls to compare versions on; made from the examples, which are checked by themselves."""
        proposed = (parse_example(t, "proposed", self.request.language) for t in self.state.proposed_examples)
        examples = combined(self._given_examples(), proposed)
        return [*variants(examples), *(Call(e.call) for e in examples if e.origin == "proposed")]

    async def _in_thread(self, work: Callable[[threading.Event], T]) -> T:
        """Blocking work that ends soon after this task is cancelled."""
        stop = threading.Event()
        try:
            return await asyncio.to_thread(work, stop)
        finally:
            stop.set()

    def _given_examples(self) -> tuple[Example, ...]:
        """The user's examples and those found in the requirements."""
        language = self.request.language
        given = [parse_example(text, "user", language) for text in self.request.examples]
        return tuple(combined(given, examples_in(self.request.requirements, "requirements", language)))

    def _announce(self, kind: EventType, agent: str, artifact: Artifact, version: int, **facts: Any) -> None:
        self.kept.append(artifact)
        self.closing.append(_announcement(kind, agent, artifact, version, facts))

    def record_check(self, agent: str, artifact_hash: str, result: CheckResult) -> None:
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


def _announcement(
    kind: EventType, agent: str, artifact: Artifact, version: int, facts: Mapping[str, Any]
) -> EventDraft:
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
    message = f"Version {version} {verb}: {names}{reason}"
    return EventDraft(type=kind, agent=agent, message=message, data=data)


def _rank(report: CheckReport) -> tuple[int, int]:
    """More required checks, examples and tests passed, then more of any; used to keep the best version."""
    return report.required_passed, report.passed
