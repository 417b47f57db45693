"""code_optimizer: improves what passes. Its version is on probation until the checks say it is better."""

from __future__ import annotations

from collections.abc import Sequence

from autogen_agentchat.messages import BaseChatMessage
from autogen_core import CancellationToken
from typing_extensions import override

from app.agents.parsing import parse_answer
from app.agents.role import RoleAgent, Spoken
from app.domain.artifacts import Artifact
from app.domain.findings import CheckReport


class CodeOptimizer(RoleAgent):
    """Speaks only where required checks pass; otherwise it passes its turn without a model call."""

    @override
    async def on_messages_stream(
        self, messages: Sequence[BaseChatMessage], cancellation_token: CancellationToken
    ) -> Spoken:
        state = self.workspace.state
        if state.artifact is None or state.report is None or state.report.failed:
            yield self.said("Passed: required checks fail, so there is nothing to improve yet.")
            return
        if not self.has_part:
            yield self.said("Passed: the settings give code_optimizer no part.")
            return
        answers: list[str] = []
        async for event in self.ask(messages, cancellation_token, answers):
            yield event
        answer = answers[-1]
        yield self.said(f"{answer.rstrip()}\n\n{await self._outcome(answer, state.artifact, state.report)}")

    async def _outcome(self, answer: str, current: Artifact, report: CheckReport) -> str:
        parsed = parse_answer(answer, self.workspace.request.language, current, cut=self.was_cut)
        if parsed.artifact is None or parsed.problem:
            return "No new version was proposed."
        improved = current.merged(parsed.artifact)
        if improved.hash == current.hash:
            return "The files are unchanged."
        comparison = await self.workspace.try_improvement(self.name, improved, report)
        return f"{'Kept' if comparison.better else 'Not kept'}: {comparison.reason}."
