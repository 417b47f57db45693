"""How fast a model reads and writes, from the usage of its calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import Final

from app.domain.exams import Speed
from app.domain.runs import Usage

_LEAST_WRITTEN: Final = 5  # tokens; shorter answers are all waiting
_LEAST_SECONDS: Final = 0.05  # of writing altogether; less is no measure

_LEAST_MS: Final = 20.0  # of reading, as above


@dataclass
class Clock:
    """Collects usage. fresh: of prompts of which nothing had been read before."""

    usages: list[Usage] = field(default_factory=list[Usage])
    fresh: list[Usage] = field(default_factory=list[Usage])

    def add(self, usage: Usage, *, fresh: bool) -> None:
        """After each call, also one that was cut short."""
        self.usages.append(usage)
        if fresh:
            self.fresh.append(usage)

    @property
    def prompt_rate(self) -> float | None:
        """Tokens a second, of the longest fresh prompt: a short one is mostly overhead."""
        for usage in sorted(self.fresh, key=_newly_read, reverse=True):
            ms = usage.prompt_ms or usage.first_token_ms
            if ms and ms > _LEAST_MS and _newly_read(usage) > 0:
                return _newly_read(usage) * 1000 / ms
        return None

    @property
    def speed(self) -> Speed:
        """The figures; None for what no call told."""
        waits = [u.first_token_ms for u in self.usages if u.first_token_ms is not None]
        return Speed(
            prompt_rate=_rounded(self.prompt_rate),
            answer_rate=_rounded(self._answer_rate()),
            first_token_ms=_rounded(median(waits)) if waits else None,
            estimated=bool(self.usages) and all(u.estimated for u in self.usages),
        )

    def _answer_rate(self) -> float | None:
        written = [u for u in self.usages if u.completion_tokens >= _LEAST_WRITTEN and u.first_token_ms]
        seconds = sum(u.total_ms - (u.first_token_ms or 0) for u in written) / 1000
        tokens = sum(u.completion_tokens - 1 for u in written)
        return tokens / seconds if seconds > _LEAST_SECONDS else None


def _newly_read(usage: Usage) -> int:
    return usage.prompt_tokens - usage.cached_tokens


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
