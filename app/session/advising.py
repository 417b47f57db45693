"""What the exam of the model that a turn is done with says for the turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Final

from app.domain.exams import Advice, Exam
from app.errors import AppError
from app.models.calls import ModelChoice
from app.models.providers import Providers
from app.session.exam.advice import advice_of, told
from app.session.policy import CODE_GENERATOR
from app.session.threads import in_thread
from app.settings import CONFIG_DIR, AgentSettings, Settings
from app.settings.yaml_files import read_yaml
from app.store.exams import Exams

_STALE: Final = "its exam was of other weights or is long ago, so it does not count: examine it again"


@dataclass(frozen=True)
class Advised:
    """advice: empty where no exam counts. words: for the run's log, empty where there was no exam."""

    advice: Advice = field(default_factory=Advice)
    words: str = ""

    def sits_out(self, agent: str, settings: AgentSettings) -> bool:
        """Whether an agent takes its turn without the model, which is not good for its part.

        Never code_generator, nor an agent whose model was named by hand.
        """
        return agent != CODE_GENERATOR and settings.model is None and self.advice.roles.get(agent) is False

    def answer_bound(self, agent: str, settings: AgentSettings) -> int:
        """Tokens of one answer; a bound that was set by hand stays."""
        bound = self.advice.max_tokens
        return settings.max_tokens if bound is None or settings.max_tokens != _shipped(agent) else bound


async def advised(providers: Providers, exams: Exams, settings: Settings, choice: ModelChoice) -> Advised:
    """What is kept of the chosen model, looked up by its digest of this moment."""
    if not await in_thread(exams.any):
        return Advised()
    try:
        digest = (await providers.facts(choice)).digest
    except AppError:  # the call that follows says so, or a fallback takes over
        return Advised()
    kept = await in_thread(exams.find, choice.provider, choice.model, digest)
    if kept is None:
        return Advised()
    if kept.stale:
        return Advised(words=f"Model: {choice.model}: {_STALE}")
    advice = advice_of(kept.exam, providers.cost(choice.provider), settings.run.drawing_seconds)
    return Advised(advice, _words(kept.exam, advice))


def without_part(settings: AgentSettings) -> AgentSettings:
    """An agent that takes its turn without the model, as one whose instruction is empty in agents.yaml."""
    return settings.model_copy(update={"config": settings.config.model_copy(update={"instruction": ""})})


def _words(exam: Exam, advice: Advice) -> str:
    found = "; ".join(told(exam, advice)) or "nothing that changes how it is asked"
    return f"Model: {exam.model}, by its exam of {exam.when:%Y-%m-%d}: {found}"


@cache
def _shipped(agent: str) -> int:
    """The bound that an agent has unless somebody changes it."""
    return int(read_yaml(CONFIG_DIR / "agents.yaml")[agent]["max_tokens"])
