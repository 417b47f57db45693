"""One question to one model, for those who want to know what the model does with exactly this text."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Final

from autogen_core.models import CreateResult, LLMMessage, SystemMessage, UserMessage

from app.domain.runs import Usage
from app.errors import AppError, ErrorKind
from app.models.calls import CallOptions, CallSite, ModelChoice
from app.models.guarded_client import GuardedClient
from app.models.providers import Providers
from app.models.tokens import estimate_prompt

AGENT: Final = "code_generator"  # in whose place a script answers


@dataclass(frozen=True)
class Question:
    """What is sent. system: may be empty. max_tokens: of the answer. round: of a script."""

    text: str
    system: str = ""
    max_tokens: int = 400
    round: int = 1

    @property
    def messages(self) -> list[LLMMessage]:
        user = UserMessage(content=self.text, source="user")
        return [SystemMessage(content=self.system), user] if self.system else [user]

    @property
    def estimated_tokens(self) -> int:
        """Of the whole prompt, as `app.models.tokens` counts."""
        return estimate_prompt(self.messages)


@dataclass
class Answer:
    """What came back, as far as it came. finish: stop | length | time | error.

    error: why the prompt could not be taken (context_window); other failures are raised.
    """

    text: str = ""
    usage: Usage = field(default_factory=Usage)
    finish: str = "time"
    error: AppError | None = None


async def ask(
    providers: Providers, choice: ModelChoice, question: Question, seconds: float | None = None
) -> Answer:
    """Ask this model and no other, for at most so many seconds; what came until then is kept.

    Raises AppError as a call does, but for context_window, which is part of the answer.
    """
    watcher = _Watcher()
    options = CallOptions(max_tokens=question.max_tokens, temperature=0.0)
    site = CallSite(AGENT, "exam", question.round)
    client = await providers.open(choice, options, site, watcher)
    try:
        async with asyncio.timeout(seconds):
            await _listen(client, question, watcher.answer)
    except TimeoutError:
        watcher.answer.finish = "time"
    except AppError as error:
        if error.kind is not ErrorKind.CONTEXT_WINDOW:
            raise
        watcher.answer.finish, watcher.answer.error = "error", error
    finally:
        await client.close()
    return watcher.answer


async def _listen(client: GuardedClient, question: Question, answer: Answer) -> None:
    async with aclosing(client.create_stream(question.messages)) as stream:
        async for item in stream:
            if isinstance(item, CreateResult):
                answer.text = item.content if isinstance(item.content, str) else ""
                answer.finish = "length" if item.finish_reason == "length" else "stop"
            else:
                answer.text += item


@dataclass
class _Watcher:
    """See `CallObserver`; keeps the usage of the one call."""

    answer: Answer = field(default_factory=Answer)

    def allow(self, prompt_tokens: int, max_tokens: int) -> int:
        del prompt_tokens
        return max_tokens

    def reasoning(self, text: str) -> None:
        """Not part of the answer; its time and tokens are in the usage."""

    def usage(self, usage: Usage, choice: ModelChoice, finish_reason: str) -> None:
        del choice, finish_reason
        self.answer.usage = usage

    def note(self, message: str, data: dict[str, Any]) -> None:
        """Waits and regions show in the time that the call takes."""

    def switched(self, old: ModelChoice, new: ModelChoice, why: str) -> None:
        del new
        raise AppError(ErrorKind.TRANSIENT, f"{old.provider} {old.model} did not answer: {why}")

    def failed(self, error: AppError) -> None:
        """It is raised as well."""
