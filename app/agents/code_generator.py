"""code_generator: writes the files, and is asked once more where its answer holds none."""

from __future__ import annotations

from collections.abc import Sequence

from autogen_agentchat.messages import BaseChatMessage
from autogen_core import CancellationToken
from typing_extensions import override

from app.agents import brief
from app.agents.drawing import Drawing
from app.agents.parsing import Parsed, parse_answer
from app.agents.role import RoleAgent, Spoken
from app.domain.artifacts import Artifact
from app.domain.events import EventDraft, EventType
from app.domain.projection import ASKED_AGAIN


class CodeGenerator(RoleAgent):
    """Turns the task into whole files; several files a run, and several versions where that helps."""

    _base: Artifact | None = None  # the files that this turn's answers change

    @override
    async def on_messages_stream(
        self, messages: Sequence[BaseChatMessage], cancellation_token: CancellationToken
    ) -> Spoken:
        answers: list[str] = []
        self._base = self.workspace.files
        self._settle_brief()
        report = self.workspace.state.report
        self.workspace.update(mended=self._base is not None and report is not None and bool(report.failed))
        for attempt in (1, 2):
            async for event in self.ask(messages, cancellation_token, answers):
                yield event
            answer = answers[-1]
            parsed = self._parse(answer)
            if not parsed.problem or attempt == 2:
                break
            self._note(f"Asked once more: {parsed.problem}", parsed, ASKED_AGAIN)
            self.context.correct(
                brief.clip(answer, 4_000), _correction(parsed.problem, self.workspace.request.language)
            )
            messages = ()
        self._keep(parsed)
        await self._draw_more(answer, cancellation_token)
        yield self.said(answer)

    def _settle_brief(self) -> None:
        """Every answer of this turn is asked for with the text of its beginning."""
        text = self.render()
        if self.workspace.plan.plain and self._base is None:
            plain = brief.prompt("code_generator_plain.md")
            self.speak_plainly(brief.join(brief.task_part(self.workspace.request), plain))
        else:
            self.context.use(lambda: text)

    async def _draw_more(self, first: str, token: CancellationToken) -> None:
        """More versions where the plan allows it."""
        base = self._base
        self.context.forget_correction()

        async def draw() -> Artifact | None:
            answer = await self.draw(self.workspace.plan.temperature, first, token)
            parsed = self._parse(answer)
            if parsed.problem or parsed.artifact is None:
                self._note(f"Not used: {parsed.problem or 'no file in the answer'}", parsed)
                return None
            return base.merged(parsed.artifact) if base else parsed.artifact

        await Drawing(self.workspace, self.name, draw).complete()

    def _parse(self, answer: str) -> Parsed:
        request = self.workspace.request
        return parse_answer(answer, request.language, self._base, cut=self.was_cut)

    def _keep(self, parsed: Parsed) -> None:
        if parsed.artifact is None:
            self._note(f"No files in the answer: {parsed.problem}", parsed)
            return
        if parsed.mended:
            self._note("Put right in the answer: " + "; ".join(parsed.mended), parsed)
        artifact = self._base.merged(parsed.artifact) if self._base else parsed.artifact
        self.workspace.add_candidate(self.name, artifact, parsed.mended)

    def _note(self, message: str, parsed: Parsed, kind: str = "parser") -> None:
        data = {"kind": kind, "mended": list(parsed.mended), "problem": parsed.problem}
        self.workspace.emit(EventDraft(type=EventType.NOTE, agent=self.name, message=message, data=data))


def _correction(problem: str, language: str) -> str:
    return (
        f"{problem} Answer again with the whole source and nothing else. Open each file's block with "
        f"```{language} and the file path on the same line, and end it with ```."
    )
