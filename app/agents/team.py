"""The team of four in AutoGen's RoundRobinGroupChat, made afresh for each turn from saved state."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from autogen_agentchat.base import ChatAgent
from autogen_agentchat.conditions import FunctionalTermination
from autogen_agentchat.messages import BaseAgentEvent, BaseChatMessage
from autogen_agentchat.teams import RoundRobinGroupChat
from autogen_core import CancellationToken
from autogen_core.models import ChatCompletionClient as ChatClient
from autogen_ext.models.replay import ReplayChatCompletionClient

from app.agents.code_generator import CodeGenerator
from app.agents.code_optimizer import CodeOptimizer
from app.agents.quality_checker import QualityChecker
from app.agents.translate import to_draft
from app.agents.user_proxy import make_user_proxy
from app.agents.workspace import Workspace
from app.domain.decisions import Decision, DecisionKind
from app.domain.events import EventDraft

_KEPT_MESSAGES: Final = 4


class Part(Protocol):
    """What a team needs to know of an agent's configuration."""

    @property
    def description(self) -> str: ...
    @property
    def instruction(self) -> str: ...


@dataclass(frozen=True)
class TurnParts:
    """All that one turn of the team needs.

    agents: configuration by name. client: the speaking agent's model client, None for a speaker that has
    no model. speaker: its name.
    """

    agents: Mapping[str, Part]
    client: ChatClient | None
    workspace: Workspace
    speaker: str


def build_team(parts: TurnParts) -> RoundRobinGroupChat:
    """Four agents in their order, stopping after one turn, ended by a decision and never by words."""
    decision = parts.workspace.state.decision
    # An empty replay refuses to be called, which is what a turn without a model must do.
    client = parts.client or ReplayChatCompletionClient([])
    members: list[ChatAgent] = [
        kind(name, parts.agents[name].description, parts.agents[name].instruction, client, parts.workspace)
        for name, kind in (
            ("code_generator", CodeGenerator),
            ("quality_checker", QualityChecker),
            ("code_optimizer", CodeOptimizer),
        )
    ]
    members.append(make_user_proxy("user_proxy", parts.agents["user_proxy"].description, decision))
    return RoundRobinGroupChat(
        list(members), termination_condition=FunctionalTermination(_ended_by(decision)), max_turns=1
    )


def _ended_by(decision: Decision | None) -> Callable[..., bool]:
    """A typed decision ends the run; text never does, since agents quote each other and the task."""
    final = decision is not None and decision.kind in (DecisionKind.APPROVE, DecisionKind.REJECT)

    def ended(messages: list[BaseAgentEvent | BaseChatMessage]) -> bool:
        return final and any(m.source == "user_proxy" for m in messages)

    return ended


async def take_turn(parts: TurnParts, emit: Callable[[EventDraft], None]) -> dict[str, Any]:
    """Run the next speaker's turn and return the team's state after it.

    The team is thrown away whatever happens: after an error or a cancel AutoGen leaves it unusable.
    """
    team, token = build_team(parts), CancellationToken()
    speaking = asyncio.create_task(_speak(team, parts, emit, token))
    try:
        return await asyncio.shield(speaking)
    except asyncio.CancelledError:
        # The token first: a cancelled run_stream waits in its own clean-up until the agent has finished.
        token.cancel()
        await asyncio.wait({speaking})
        raise


async def _speak(
    team: RoundRobinGroupChat, parts: TurnParts, emit: Callable[[EventDraft], None], token: CancellationToken
) -> dict[str, Any]:
    saved = parts.workspace.state.team
    if saved is not None:
        await team.load_state(saved)
    task = None if saved is not None else parts.workspace.request.requirements
    async for item in team.run_stream(task=task, cancellation_token=token):
        draft = to_draft(item, parts.speaker)
        if draft is not None:
            emit(draft)
    return _bounded(dict(await team.save_state()))


def _bounded(state: dict[str, Any]) -> dict[str, Any]:
    """Keep the last messages of the manager's thread only; round robin never looks further back.

    Without this the saved state of turn n would hold all that was said in n turns.
    """
    for agent in state.get("agent_states", {}).values():
        if "message_thread" in agent:
            agent["message_thread"] = agent["message_thread"][-_KEPT_MESSAGES:]
    return state
