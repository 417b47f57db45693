"""quality_checker: facts first. Runs the checks, then lets the model say what they do not show."""

from __future__ import annotations

import ast
import re
from collections.abc import AsyncGenerator, Sequence
from typing import Final

from autogen_agentchat.messages import BaseAgentEvent, BaseChatMessage
from autogen_core import CancellationToken
from typing_extensions import override

from app.agents import brief
from app.agents.drawing import standings
from app.agents.role import RoleAgent, Spoken
from app.checks.examples import Example, parse_example
from app.domain.artifacts import Artifact
from app.domain.events import EventDraft, EventType
from app.domain.findings import CheckReport, Finding, Severity
from app.domain.runs import Language
from app.errors import AppError

MAX_PROPOSED: Final = 2
MAX_LINES: Final = 50
MAX_CLAIMS: Final = 4
_CLAIM = re.compile(r"^\s*(?:[-*]|\d+[.)])\s*\[?(blocker|major|minor|info)\]?:?\s+(.+)$", re.IGNORECASE)
_PLACE = re.compile(r"^`?([\w./-]+\.\w+)(?::(\d+)|:line)?`?:?\s+(.*)$", re.DOTALL)


class QualityChecker(RoleAgent):
    """Deterministic checks, examples proposed from the task alone, and claims."""

    @override
    async def on_messages_stream(
        self, messages: Sequence[BaseChatMessage], cancellation_token: CancellationToken
    ) -> Spoken:
        if self.workspace.files is None:
            yield self.said("There are no files to check yet.")
            return
        if self.workspace.wants_examples:
            async for event in self._propose_examples(cancellation_token):
                yield event
        reports = await self._inspect()
        doubtful = [
            text for text in disagreeing(reports[0]) if text in self.workspace.state.proposed_examples
        ]
        withdrawn: list[str] = []
        for text in doubtful:
            async for event in self._doubt(text, withdrawn, cancellation_token):
                yield event
        if withdrawn:
            self._withdraw(withdrawn)
            reports = await self._inspect()
        self.workspace.settle(self.name, reports)
        answers: list[str] = []
        if self.has_part:
            async for event in self.ask(messages, cancellation_token, answers):
                yield event
        opinion = answers[-1] if answers else ""
        self.workspace.claim(parse_claims(opinion, self.name))
        yield self.said(f"Checks: {reports[0].summary()}.\n\n{opinion}".strip())

    async def _inspect(self) -> list[CheckReport]:
        """The reports of all candidates, best first, in which order they stand from now on; or that of the
        best version where nothing new was proposed.
        """
        workspace = self.workspace
        if not workspace.state.candidates:
            return [await workspace.inspect(self.name, workspace.state.artifact or Artifact(files=()))]
        ranked = await standings(workspace, lambda artifact: workspace.inspect(self.name, artifact))
        workspace.update(candidates=tuple(s.candidate for s in ranked))
        for standing in ranked:
            if standing.agreement:
                workspace.record_check(self.name, standing.candidate.artifact.hash, standing.agreement)
        return [s.whole_report for s in ranked]

    async def _propose_examples(
        self, token: CancellationToken
    ) -> AsyncGenerator[BaseAgentEvent | BaseChatMessage, None]:
        """Ask for examples from the task and the signatures; the code is not shown.

        A writer of tests that has seen the code repeats its mistakes (docs/decisions/0004-examples.md).
        """
        answers: list[str] = []
        self.context.use(lambda: self._unseen_brief(brief.prompt("quality_checker_examples.md")))
        async for event in self.ask((), token, answers):
            yield event
        self.context.use(self.render)
        examples = parse_proposed(answers[-1], self.workspace.request.language)
        self.workspace.update(proposed_examples=examples)
        words = "Proposed examples: " + "; ".join(examples) if examples else "No usable example was proposed."
        data = {"kind": "examples", "examples": list(examples)}
        self.workspace.emit(EventDraft(type=EventType.NOTE, agent=self.name, message=words, data=data))

    async def _doubt(
        self, text: str, withdrawn: list[str], token: CancellationToken
    ) -> AsyncGenerator[BaseAgentEvent | BaseChatMessage, None]:
        """Work out a proposed example again that the code disagrees with, still without seeing the code.

        One of the two is wrong. An example that comes out differently the second time is no evidence and
        is withdrawn; otherwise it stands and the user is asked.
        """
        language = self.workspace.request.language
        example = parse_example(text, "proposed", language)
        instruction = brief.prompt("quality_checker_doubt.md").replace("{call}", example.call)
        self.context.use(lambda: self._unseen_brief(instruction))
        answers: list[str] = []
        async for event in self.ask((), token, answers):
            yield event
        self.context.use(self.render)
        if contradicts(example, answers[-1], language):
            withdrawn.append(text)

    def _withdraw(self, examples: list[str]) -> None:
        kept = tuple(t for t in self.workspace.state.proposed_examples if t not in examples)
        self.workspace.update(proposed_examples=kept)
        words = "Withdrawn, since they came out differently when worked out again: " + "; ".join(examples)
        data = {"kind": "examples", "withdrawn": examples}
        self.workspace.emit(EventDraft(type=EventType.NOTE, agent=self.name, message=words, data=data))

    def _unseen_brief(self, instruction: str) -> str:
        # Not under its own name: the shared rules say how quality_checker writes reviews.
        return brief.join(self.workspace.unseen, brief.role_part("example_writer", instruction))


def disagreeing(report: CheckReport) -> list[str]:
    """Texts of the executed examples that did not give what they should."""
    return [e["text"] for e in report.examples if not e["ok"]]


def contradicts(example: Example, answer: str, language: Language) -> bool:
    """Whether the last example in an answer is of the same call and expects something else."""
    for text in reversed(parse_proposed(answer, language, limit=MAX_LINES)):
        again = parse_example(text, "proposed", language)
        if again.key == example.key:
            return _result(again) != _result(example)
    return False


def _result(example: Example) -> str:
    """What an example expects, whatever the spacing and quotes it was written with."""
    return ast.unparse(ast.parse(example.expected or example.raises or "", mode="eval"))


def parse_proposed(text: str, language: Language, limit: int = MAX_PROPOSED) -> tuple[str, ...]:
    """The first lines of an answer that are examples; anything else is passed over."""
    found: list[str] = []
    for line in text.splitlines():
        candidate = re.sub(r"^\s*(?:[-*]|\d+[.)])\s+", "", line).strip().strip("`")
        if "==" not in candidate and not candidate.startswith(">>>"):
            continue
        try:
            parse_example(candidate, "proposed", language)
        except AppError:
            continue
        if candidate not in found:
            found.append(candidate)
    return tuple(found[:limit])


def parse_claims(text: str, agent: str) -> tuple[Finding, ...]:
    """Lines of the form `- [major] path:line text` as findings, at most four."""
    claims: list[Finding] = []
    for line in text.splitlines():
        if not (match := _CLAIM.match(line)):
            continue
        place = _PLACE.match(match[2])
        path, number, words = (place[1], place[2], place[3]) if place else ("", None, match[2])
        claims.append(
            Finding(
                rule="review",
                severity=_as_claim(match[1]),
                source=agent,
                path=path,
                line=int(number) if number else None,
                text=words.strip()[:300],
            )
        )
    return tuple(claims[:MAX_CLAIMS])


def _as_claim(word: str) -> Severity:
    """A claim without evidence blocks nothing, whatever the model calls it."""
    severity = Severity(word.lower())
    return Severity.MAJOR if severity is Severity.BLOCKER else severity
