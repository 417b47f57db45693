"""Run one turn: a fresh team, the saved state, one agent's words, and everything committed at its end."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from app.agents.plan import ONE, Plan
from app.agents.team import ChatClient, TurnParts, take_turn
from app.agents.workspace import Workspace
from app.checks.pipeline import Pipeline
from app.checks.sandbox.base import Sandboxes
from app.domain.claims import Claim, GateDraft
from app.domain.decisions import DecisionKind
from app.domain.events import EventDraft, EventType
from app.domain.runs import RunState, RunStatus
from app.errors import AppError, ErrorKind
from app.models.calls import CallOptions, CallSite, ModelChoice
from app.models.providers import Providers
from app.session.advising import Advised, advised, without_part
from app.session.choosing import Choosing, for_run
from app.session.observer import TurnObserver
from app.session.planning import Model, plan_for, rounds_done
from app.session.policy import CODE_GENERATOR, QUALITY_CHECKER, USER_PROXY, Next, after_turn, speaker
from app.session.ports import Store
from app.session.recorder import Recorder
from app.session.threads import in_thread
from app.settings import Settings
from app.store.abilities import Abilities
from app.store.exams import Exams


@dataclass(frozen=True)
class TurnTools:
    """What turns are run with, the same for all of them."""

    store: Store
    providers: Providers
    pipeline: Pipeline
    sandboxes: Sandboxes
    abilities: Abilities
    settings: Settings
    exams: Exams


@dataclass(frozen=True)
class TurnEnd:
    """Where the run stands after a turn."""

    state: RunState
    status: RunStatus


async def run_turn(tools: TurnTools, claim: Claim, state: RunState) -> TurnEnd:
    """Run the turn after `state` and commit it.

    Raises AppError: budget, cancelled (by the caller's guard), fenced, agent_output, or a provider's kind.
    """
    turn = state.turn + 1
    recorder = Recorder(tools.store, claim, turn)
    writing = asyncio.create_task(recorder.run())
    speaking = asyncio.create_task(_Turn(tools, claim, state, recorder).speak())
    try:
        await asyncio.wait({writing, speaking}, return_when=asyncio.FIRST_COMPLETED)
        if not speaking.done():
            writing.result()
        try:
            drafts, outcome = await speaking
        finally:
            # Also what a turn that fails has told: the waits and switches before it gave up.
            await _stop(writing)
            await recorder.flush()
        return await in_thread(_commit, tools.store, claim, drafts, outcome)
    finally:
        await _stop(speaking, writing)
        # A call that was cut off has told its usage only now.
        await recorder.flush()


async def _stop(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(frozen=True)
class _Outcome:
    next: Next
    agent: str
    workspace: Workspace


def _commit(store: Store, claim: Claim, drafts: list[EventDraft], outcome: _Outcome) -> TurnEnd:
    """One transaction: state, artifacts, events, gate and status."""
    state, status = outcome.next.state, outcome.next.status
    gate = None
    if outcome.next.gate is not None and state.artifact is not None:
        gate = GateDraft(state.artifact.hash, outcome.next.gate, state.doubt)
    store.finish_turn(
        claim, state, status, drafts, agent=outcome.agent, gate=gate, keep=outcome.workspace.kept
    )
    return TurnEnd(state, status)


class _Turn:
    """The speaking of one agent."""

    def __init__(self, tools: TurnTools, claim: Claim, state: RunState, recorder: Recorder) -> None:
        self._tools = tools
        self._claim = claim
        self._recorder = recorder
        self._number = state.turn + 1
        self._known = {v.version for v in state.versions}
        self._agent = speaker(state)
        self._workspace = Workspace(
            claim.run.request,
            state,
            tools.pipeline,
            recorder.emit,
            sandboxes=tools.sandboxes,
            safety_enabled=tools.settings.code_safety_enabled,
        )
        self._settings = for_run(tools.settings.agents[self._agent], claim.run.request.of_agent(self._agent))
        self._choosing = Choosing(tools.providers, tools.store, claim, self._workspace, self._settings.model)
        self._advised = Advised()
        self._observer = TurnObserver(
            self._agent,
            state.usage.total_tokens,
            tools.settings.run.max_tokens,
            recorder.emit,
            keep=recorder.keep,
            price=tools.providers.price,
        )

    async def speak(self) -> tuple[list[EventDraft], _Outcome]:
        """The agent's turn; returns the events of its end and what follows."""
        started = time.monotonic()
        if self._agent == USER_PROXY:
            self._begin(None)
            team_state = await self._user_turn()
        else:
            wanted = await self._choosing.wanted()
            stand_in = self._choosing.stand_in(wanted)
            self._begin(stand_in or wanted)
            await self._take_advice(stand_in or wanted)
            self._workspace.plan = await in_thread(self._plan, stand_in or wanted)
            team_state = await self._model_turn(wanted, stand_in)
        seconds = time.monotonic() - started
        await in_thread(self._learn)
        before = self._workspace.state
        self._workspace.update(
            team=team_state,
            turn=self._number,
            usage=before.usage.plus(self._observer.spent),
            seconds=before.seconds + seconds,
        )
        following = after_turn(self._workspace.state, self._agent, self._claim.run.request.max_iterations)
        return self._closing(following, seconds), _Outcome(following, self._agent, self._workspace)

    async def _take_advice(self, choice: ModelChoice) -> None:
        """What the model's exam says of this turn; told where the model is newly chosen."""
        tools, agent = self._tools, self._agent
        self._advised = await advised(tools.providers, tools.exams, tools.settings, choice)
        self._observer.bound_window(self._advised.advice.window)
        words = self._advised.words if choice.why else ""
        if self._advised.sits_out(agent, self._settings):
            words = f"Model: {agent} goes on without one, since by its exam {choice.model} is no help here"
        if words:
            data = {"kind": "model", "provider": choice.provider, "model": choice.model}
            self._recorder.emit(EventDraft(type=EventType.NOTE, agent=agent, message=words, data=data))

    def _plan(self, choice: ModelChoice) -> Plan:
        """What code_generator may do in this turn; the others draw nothing."""
        if self._agent != CODE_GENERATOR:
            return ONE
        run, state = self._claim.run, self._workspace.state
        cost = self._tools.providers.cost(choice.provider)
        ability = self._tools.abilities.of(f"{choice.provider}:{choice.model}")
        model = Model(choice.model, cost, ability, self._advised.advice)
        return plan_for(run.request, state, self._tools.settings, model, based=run.base is not None)

    def _learn(self) -> None:
        """Keep what this round showed of the model's ability, once its versions have been executed."""
        state, request = self._workspace.state, self._claim.run.request
        fresh = [v for v in state.versions if v.version not in self._known]
        if self._agent != QUALITY_CHECKER or not fresh or not any(v.report.oracle for v in fresh):
            return
        model, rounds = f"{state.provider}:{state.model}", rounds_done(request, state)
        first = min(fresh, key=lambda v: v.version)
        if rounds == 0:
            self._tools.abilities.first(model, passed=not first.report.failed)
        elif state.mended:
            self._tools.abilities.repair(model, won=not first.report.failed)

    def _begin(self, choice: ModelChoice | None) -> None:
        model = {"provider": choice.provider, "model": choice.model} if choice else {}
        data = {"round": self._workspace.state.round, **model}
        message = f"{self._agent} speaks"
        self._recorder.emit(
            EventDraft(type=EventType.TURN_STARTED, agent=self._agent, message=message, data=data)
        )
        if not self._tools.settings.code_safety_enabled:
            words = "Safety checks are switched off (code_safety_enabled): nothing counts as verified"
            self._recorder.emit(EventDraft(type=EventType.NOTE, message=words, data={"kind": "safety"}))
        if choice and choice.why:
            words = f"Model: {choice.provider} {choice.model} ({choice.why})"
            self._recorder.emit(
                EventDraft(type=EventType.NOTE, message=words, data={"kind": "model", **data})
            )

    async def _user_turn(self) -> dict[str, Any] | None:
        """user_proxy says what was decided, and has a version of the user's own checked.

        The team's state stays as it was before an edit, so that user_proxy is the next to speak again.
        """
        before, decision = self._workspace.state.team, self._workspace.state.decision
        after = await self._team_turn(None)
        if decision is None or decision.kind is not DecisionKind.EDIT:
            return after
        artifact = await in_thread(self._tools.store.artifact, decision.artifact_hash)
        await self._workspace.take_edit(self._agent, artifact, decision.base)
        return before

    async def _model_turn(self, wanted: ModelChoice, stand_in: ModelChoice | None) -> dict[str, Any]:
        settings = self._settings
        revising = self._workspace.state.round > 1 and settings.revise_temperature is not None
        options = CallOptions(
            max_tokens=self._advised.answer_bound(self._agent, settings),
            temperature=settings.revise_temperature if revising else settings.temperature,
            top_p=settings.top_p,
        )
        site = CallSite(self._agent, self._claim.run.id, self._workspace.state.round)
        client = await self._tools.providers.open(
            stand_in or wanted,
            options,
            site,
            self._observer,
            instead_of=wanted if stand_in else None,
            witness=self._observer,
        )
        try:
            team_state = await self._team_turn(client)
            self._choosing.settle(wanted, client.choice)
            return team_state
        except RuntimeError as error:
            # AutoGen turns an agent's exception into RuntimeError(text); the observer kept the real one.
            if self._observer.error is None:
                raise
            raise self._observer.error from error
        finally:
            await client.close()

    async def _team_turn(self, client: ChatClient | None) -> dict[str, Any]:
        agents = dict(self._tools.settings.agents)
        if self._advised.sits_out(self._agent, self._settings):
            agents[self._agent] = without_part(agents[self._agent])
        parts = TurnParts(agents, client, self._workspace, self._agent)
        return await take_turn(parts, self._recorder.emit)

    def _closing(self, following: Next, seconds: float) -> list[EventDraft]:
        spent, state = self._observer.spent, following.state
        finished = EventDraft(
            type=EventType.TURN_FINISHED,
            agent=self._agent,
            message=f"{self._agent} is done ({seconds:.1f} s)",
            data={"seconds": round(seconds, 3), "usage": spent.model_dump(mode="json"), "round": state.round},
        )
        drafts = [*self._workspace.closing, finished]
        if following.status is RunStatus.QUEUED and state.decision and state.decision.by == "policy":
            drafts.append(self._automatic(state))
        if following.status.final:
            error = _no_files() if following.status is RunStatus.FAILED else None
            drafts.append(finish_draft(following.status, state, error))
        return [d.model_copy(update={"turn": self._number}) for d in drafts]

    def _automatic(self, state: RunState) -> EventDraft:
        last = state.last_round or self._claim.run.request.max_iterations
        return EventDraft(
            type=EventType.NOTE,
            message=f"Required checks fail and round {state.round} of {last} is over: one more round",
            data={"kind": "policy", "round": state.round, "last_round": last},
        )


def _no_files() -> AppError:
    """Policy lets a run fail by itself where nothing could be made of any answer."""
    return AppError(
        ErrorKind.AGENT_OUTPUT,
        "No files could be read from the answers of code_generator.",
        "Its messages are kept as they are. Try again, say it more simply, or use a larger model.",
    )


def finish_draft(status: RunStatus, state: RunState, error: AppError | None = None) -> EventDraft:
    """The `run.finished` event: how it ended and, where there is one, the best version and its verdict."""
    verdict = state.report.verdict.value if state.report else "not_verified"
    data: dict[str, Any] = {
        "status": status.value,
        "verdict": verdict,
        "version": state.best_version,
        "artifact_hash": state.artifact.hash if state.artifact else None,
        "usage": state.usage.model_dump(mode="json"),
        "seconds": round(state.seconds, 3),
    }
    if state.decision:
        data["override"] = state.decision.override
    if error is not None:
        data["error"] = error.to_dict()
    reason = f": {error}" if error else ""
    return EventDraft(type=EventType.RUN_FINISHED, message=f"The run is {status.value}{reason}", data=data)
