"""Prompt time of each agent with our brief and with AutoGen's default layout, same model, one run.

    python -m tests.bench.prompt_layout [--provider builtin|ollama] [--model NAME]

AutoGen's default puts the role's system message first. Both layouts hold the same text.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

from autogen_core.models import LLMMessage, SystemMessage, UserMessage

from app.agents import brief
from app.bootstrap import assemble
from app.cli.services import Services
from app.models.calls import ModelChoice
from tests.bench.common import ROLES, SHARED, arguments, call, header


def role_first(agent: str) -> list[LLMMessage]:
    role = brief.join(brief.prompt("system.md"), ROLES[agent])
    return [SystemMessage(content=f"You are {agent}.\n{role}"), UserMessage(content=SHARED, source="user")]


def shared_first(agent: str) -> list[LLMMessage]:
    text = brief.join(SHARED, brief.role_part(agent, ROLES[agent]))
    return [SystemMessage(content=brief.prompt("system.md")), UserMessage(content=text, source="user")]


async def measure(services: Services, choice: ModelChoice) -> None:
    warm: list[LLMMessage] = [UserMessage(content="Say hello.", source="user")]
    await call(services, choice, warm, 4)
    for name, layout in (
        ("role first (AutoGen's default)", role_first),
        ("shared first (our brief)", shared_first),
    ):
        times: list[float] = []
        for agent in ROLES:
            usage = await call(services, choice, layout(agent), 8)
            times.append((usage.prompt_ms or usage.first_token_ms or 0.0) / 1000)
            print(f"  {name}: {agent} {usage.prompt_tokens} tokens, prompt {times[-1]:.2f} s", flush=True)
        later = max(times[1:]) / times[0]
        shown = " / ".join(f"{t:.2f} s" for t in times)
        print(f"{name}: {shown}; later agents at most {later:.2f} of the first")


def main() -> None:
    options = arguments(__doc__ or "")
    choice = ModelChoice(options.provider, options.model)
    print(header("prompt layout", choice))
    with ExitStack() as made:
        asyncio.run(measure(assemble({}, made), choice))


if __name__ == "__main__":
    main()
