"""Examines a model by its name: chosen, looked up, asked, marked and kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.checks.pipeline import Pipeline
from app.checks.sandbox.base import Sandboxes
from app.domain.exams import Exam
from app.domain.runs import RunStatus
from app.errors import AppError, ErrorKind
from app.models.providers import Providers
from app.session.exam.marking import Marker
from app.session.exam.sitting import Candidate, Sitting, Tell
from app.session.owners import owner_alive
from app.session.policy import CODE_GENERATOR
from app.session.ports import Store
from app.session.threads import in_thread
from app.settings import Settings
from app.store.exams import Exams, service_digest

_MOST_SESSIONS: Final = 200


@dataclass(frozen=True)
class Conductor:
    """What exams are made with, as it is now."""

    providers: Providers
    pipeline: Pipeline
    sandboxes: Sandboxes
    settings: Settings
    store: Store
    exams: Exams

    async def examine(self, provider: str | None, model: str | None, budget: float, tell: Tell) -> Exam:
        """The exam of one model, kept. budget: seconds.

        Raises AppError: conflict while a run goes on with a local model and this is one, model_missing where
        its weights would have to be fetched first, and as `Providers.choose` and a call do.
        """
        choice = await self.providers.choose(provider, model)
        facts = await self.providers.facts(choice)
        if not facts.installed:
            raise AppError(
                ErrorKind.MODEL_MISSING,
                f"{choice.model} is not on this machine yet.",
                f"`models pull {choice.provider}:{choice.model}` fetches it.",
            )
        cost = self.providers.cost(choice.provider)
        if cost == "local" and await in_thread(self._is_busy):
            raise AppError(
                ErrorKind.CONFLICT,
                "A run goes on with a local model, so the exam would measure neither rightly.",
                "Wait until it is over, or stop it.",
            )
        marker = Marker(self.pipeline, self.sandboxes)
        await marker.get_ready()
        instruction = self.settings.agents[CODE_GENERATOR].instruction
        sitting = Sitting(self.providers, marker, Candidate(choice, facts, cost, instruction), budget, tell)
        exam = await sitting.sit()
        disturbed = cost == "local" and await in_thread(self._is_busy)
        digest = exam.digest or service_digest(exam.provider, exam.model, exam.when)
        exam = exam.model_copy(update={"digest": digest, "disturbed": disturbed})
        await in_thread(self.exams.keep, exam)
        return exam

    def _is_busy(self) -> bool:
        """Whether any process works on a run with a local model; one that has not chosen yet may take one."""
        left_alone = set(self.store.claimable(owner_alive, _MOST_SESSIONS))
        for session in self.store.sessions(limit=_MOST_SESSIONS):
            if session.status is RunStatus.RUNNING and session.run_id not in left_alone:
                state = self.store.state(session.run_id)
                provider = state.provider or self.store.run(session.run_id).request.provider
                if not provider or self.providers.cost(provider) == "local":
                    return True
        return False
