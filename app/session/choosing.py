"""Which model a turn is done with: the run's, the agent's own, or one that stands in for it."""

from __future__ import annotations

from dataclasses import replace

from app.agents.workspace import Workspace
from app.domain.claims import Claim
from app.domain.runs import AgentChoice, StandIn
from app.models.calls import ModelChoice
from app.models.providers import Providers
from app.session.ports import Store
from app.session.threads import in_thread
from app.settings import AgentSettings


def for_run(settings: AgentSettings, choice: AgentChoice | None) -> AgentSettings:
    """An agent's settings with what the request says of it laid over them."""
    if choice is None:
        return settings
    changes: dict[str, object] = {"model": choice.model} if choice.model else {}
    if choice.temperature is not None:
        changes |= {"temperature": choice.temperature, "revise_temperature": None}
    return settings.model_copy(update=changes)


class Choosing:
    """The choice of one turn. own: the agent's model, "provider:model", or None.

    A fallback that took over stands in until the run is taken up anew (a decision, a restart, a resume):
    so a dead provider is not asked in every turn, and yet is tried again and said to be.
    """

    def __init__(
        self, providers: Providers, store: Store, claim: Claim, workspace: Workspace, own: str | None
    ) -> None:
        self._providers = providers
        self._store = store
        self._claim = claim
        self._workspace = workspace
        self._own = own

    async def wanted(self) -> ModelChoice:
        """What the turn is meant to be done with. The run's model is chosen at its first turn, and again
        where the user has switched since. Raises what `Providers.choose` raises.
        """
        chosen = await self._of_run()
        if self._own:
            provider, _, model = self._own.partition(":")
            chosen = ModelChoice(provider, model, "this agent's own")
        stood_in = self._last_stand_in(chosen)
        if stood_in and stood_in.epoch != self._claim.run.epoch:
            return replace(chosen, why=f"tried again; {stood_in.used} stood in for it")
        return chosen

    def stand_in(self, wanted: ModelChoice) -> ModelChoice | None:
        """The fallback that took over from this model since the run was taken up."""
        last = self._last_stand_in(wanted)
        if last is None or last.epoch != self._claim.run.epoch:
            return None
        provider, _, model = last.used.partition(":")
        return ModelChoice(provider, model, f"stands in for {last.wanted}")

    def settle(self, wanted: ModelChoice, used: ModelChoice) -> None:
        """Keep with the state what the turn was done with."""
        others = tuple(s for s in self._workspace.state.stand_ins if s.wanted != _name(wanted))
        if _name(used) != _name(wanted):
            others += (StandIn(wanted=_name(wanted), used=_name(used), epoch=self._claim.run.epoch),)
        self._workspace.update(stand_ins=others)

    async def _of_run(self) -> ModelChoice:
        request = (await in_thread(self._store.run, self._claim.run.id)).request
        asked = f"{request.provider or ''}:{request.model or ''}"
        state = self._workspace.state
        if state.provider and state.asked == asked:
            return ModelChoice(state.provider, state.model)
        chosen = await self._providers.choose(request.provider, request.model)
        self._workspace.update(provider=chosen.provider, model=chosen.model, asked=asked, stand_ins=())
        return chosen

    def _last_stand_in(self, wanted: ModelChoice) -> StandIn | None:
        return next((s for s in self._workspace.state.stand_ins if s.wanted == _name(wanted)), None)


def _name(choice: ModelChoice) -> str:
    return f"{choice.provider}:{choice.model}"
