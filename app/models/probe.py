"""A short real call of a model that has just come, to see that it can be used before work depends on it."""

from __future__ import annotations

import time
from typing import Final

from app.domain.runs import Usage
from app.models.asking import Question, ask
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
    answer = await ask(providers, choice, Question(_ASKED, max_tokens=_LONGEST))
    if answer.error:
        raise answer.error
    return Probe(
        seconds=time.monotonic() - began,
        tokens_per_second=_rate(answer.usage),
        answer=answer.text.strip()[:_SHOWN],
    )


def _rate(usage: Usage) -> float | None:
    """Tokens a second after the first; None where the answer was too short to tell."""
    seconds = (usage.total_ms - (usage.first_token_ms or 0)) / 1000
    if usage.completion_tokens < _LEAST_TOKENS or usage.first_token_ms is None or seconds <= 0:
        return None
    return (usage.completion_tokens - 1) / seconds
