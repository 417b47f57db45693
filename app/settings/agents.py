"""config/agents.yaml: the four agents, in AutoGen's component form plus keys of our own."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.domain.runs import provider_and_model
from app.settings.problems import suggestion

_STRICT = ConfigDict(frozen=True, extra="forbid")

COMPONENTS: Final[dict[str, str]] = {
    "code_generator": "app.agents.code_generator.CodeGenerator",
    "quality_checker": "app.agents.quality_checker.QualityChecker",
    "code_optimizer": "app.agents.code_optimizer.CodeOptimizer",
    "user_proxy": "autogen_agentchat.agents.UserProxyAgent",
}


class AgentComponent(BaseModel):
    """What the agent's class is made with. instruction: the text itself, already read from its file."""

    model_config = _STRICT

    name: str
    description: str
    instruction: str = ""


class AgentSettings(BaseModel):
    """One agent; config/agents.yaml says what each key means.

    model: "provider:model" of its own, None for the run's. max_tokens: bound on one answer.
    revise_temperature: from the second round on, None for the same as before.
    """

    model_config = _STRICT

    provider: str
    config: AgentComponent
    model: Annotated[str, AfterValidator(provider_and_model)] | None = None
    temperature: float | None = Field(default=None, ge=0, le=2)
    revise_temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, gt=0, le=1)
    max_tokens: int = Field(default=1024, ge=16)

    @property
    def description(self) -> str:
        return self.config.description

    @property
    def instruction(self) -> str:
        return self.config.instruction


def check_team(agents: dict[str, AgentSettings]) -> dict[str, AgentSettings]:
    """Exactly the four agents, each with its own class; anything else is a ValueError."""
    for name, agent in agents.items():
        if name not in COMPONENTS:
            raise ValueError(f"{name}: there is no such agent. {suggestion(name, COMPONENTS)}")
        if agent.provider != COMPONENTS[name]:
            raise ValueError(f"{name}.provider: must be {COMPONENTS[name]}")
        if agent.config.name != name:
            raise ValueError(f"{name}.config.name: must be {name}")
    missing = COMPONENTS.keys() - agents.keys()
    if missing:
        raise ValueError(f"{', '.join(sorted(missing))}: this agent is needed")
    return agents
