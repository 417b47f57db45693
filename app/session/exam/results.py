"""Exams as they are looked at: whether they still count, what follows, and who is best at what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.exams import Advice, Exam
from app.errors import AppError
from app.models.calls import ModelChoice
from app.session.exam.advice import CHECKER, GENERATOR, OPTIMIZER, advice_of
from app.store.exams import Exams

if TYPE_CHECKING:
    from app.models.providers import Providers


@dataclass(frozen=True)
class Result:
    """stale: it was of other weights, or of a service so long ago that it may have changed.

    best_for: agents for whose part nobody examined is better.
    """

    exam: Exam
    stale: bool
    advice: Advice
    best_for: tuple[str, ...]


class Results:
    """Thread-safe; `of` blocks while an engine on this machine is asked for a digest.

    providers, drawing_seconds: return those of the settings as they are now.
    """

    def __init__(
        self, exams: Exams, providers: Callable[[], Providers], drawing_seconds: Callable[[], float]
    ) -> None:
        self._exams = exams
        self._providers = providers
        self._drawing_seconds = drawing_seconds

    def of(self, provider: str, model: str) -> Result | None:
        """The newest exam of a model; None where there was none."""
        if not self._exams.any():
            return None
        kept = self._exams.find(provider, model, self._digest(provider, model))
        if kept is None:
            return None
        cost = self._providers().cost(provider)
        advice = advice_of(kept.exam, cost, self._drawing_seconds())
        best = () if kept.stale else self._best_for(kept.exam, advice)
        return Result(kept.exam, kept.stale, advice, best)

    def answer_rate(self, digest: str) -> float | None:
        """Tokens a second of writing, as the exam of exactly these weights measured it; asks no engine."""
        exam = self._exams.of(digest)
        return exam.speed.answer_rate if exam else None

    def _digest(self, provider: str, model: str) -> str:
        try:
            return asyncio.run(self._providers().facts(ModelChoice(provider, model))).digest
        except AppError:  # the engine does not answer: as it was when it last did
            named = (e for e in self._exams.all() if (e.provider, e.model) == (provider, model))
            return next((e.digest for e in named), "")

    def _best_for(self, exam: Exam, advice: Advice) -> tuple[str, ...]:
        others = [e for e in self._exams.all() if (e.provider, e.model) != (exam.provider, exam.model)]
        fit = [agent for agent, good in advice.roles.items() if good]
        return tuple(a for a in fit if all(_rank(a, exam) >= _rank(a, other) for other in others))


def _rank(agent: str, exam: Exam) -> tuple[float, float, float]:
    """Higher is better: what the part takes, then solving tasks, then speed."""
    own = {GENERATOR: exam.ability, CHECKER: exam.review, OPTIMIZER: exam.repair}[agent]
    return own.share, exam.ability.share, exam.speed.answer_rate or 0.0
