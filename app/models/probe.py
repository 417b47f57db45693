"""A short real call of a model that has just come, to see that it can be used before work depends on it."""

from __future__ import annotations

import time
from typing import Any, Final

from autogen_core.models import UserMessage

from app.domain.runs import Usage
from app.errors import AppError
from app.models.calls import CallOptions, CallSite, ModelChoice
from app.models.providers import Providers
from app.models.pull_job import Probe

_ASKED: Final = "Count from one to ten in words, on one line."
_LONGEST: Final = 40  # tokens
_SHOWN: Final = 120  # characters
_LEAST_TOKENS: Final = 8


async def probe(providers: Providers, provider: str, model: str) -> Probe:
    """Ask and wait for the answer. Raises AppError with the cause: auth, quota, config, model_missing, ..."""
    began = time.monotonic()
    choice = await providers.choose(provider, model)
    witness = _Witness()
    options = CallOptions(max_tokens=_LONGEST, temperature=0.0)
    client = await providers.open(choice, options, CallSite("system", "probe", 1), witness)
    try:
        result = await client.create([UserMessage(content=_ASKED, source="user")])
    finally:
        await client.close()
    return Probe(
        seconds=time.monotonic() - began,
        tokens_per_second=witness.tokens_per_second,
        answer=str(result.content).strip()[:_SHOWN],
    )


class _Witness:
    """A `CallObserver` that bounds nothing and keeps the usage."""

    def __init__(self) -> None:
        self._usage = Usage()

    @property
    def tokens_per_second(self) -> float | None:
        """After the first token; None where the answer was too short to tell."""
        usage = self._usage
        seconds = (usage.total_ms - (usage.first_token_ms or 0)) / 1000
        if usage.completion_tokens < _LEAST_TOKENS or usage.first_token_ms is None or seconds <= 0:
            return None
        return (usage.completion_tokens - 1) / seconds

    def allow(self, prompt_tokens: int, max_tokens: int) -> int:
        del prompt_tokens  # the question is short
        return max_tokens

    def reasoning(self, text: str) -> None: ...

    def usage(self, usage: Usage, choice: ModelChoice, finish_reason: str) -> None:
        del choice, finish_reason
        self._usage = usage

    def note(self, message: str, data: dict[str, Any]) -> None: ...

    def switched(self, old: ModelChoice, new: ModelChoice, why: str) -> None: ...

    def failed(self, error: AppError) -> None: ...
