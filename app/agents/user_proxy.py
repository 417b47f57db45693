"""user_proxy: speaks with the decision that was recorded, so that nobody waits in memory for the user."""

from __future__ import annotations

from autogen_agentchat.agents import UserProxyAgent
from autogen_core import CancellationToken

from app.domain.decisions import Decision, DecisionKind


def decision_text(decision: Decision) -> str:
    """What user_proxy says for a decision."""
    if decision.kind is DecisionKind.APPROVE:
        return "Approved, although not verified." if decision.override else "Approved."
    if decision.kind is DecisionKind.REJECT:
        return "Rejected." + (f" {decision.feedback}" if decision.feedback else "")
    if decision.kind is DecisionKind.EDIT:
        return f"I edited the files myself: {decision.feedback}."
    who = "Automatic revision" if decision.by == "policy" else "Please change"
    return f"{who}: {decision.feedback}"


def make_user_proxy(name: str, description: str, decision: Decision | None) -> UserProxyAgent:
    """A UserProxyAgent whose input is the recorded decision; it never blocks."""

    async def recorded(_prompt: str, _token: CancellationToken | None = None) -> str:
        if decision is None:
            raise RuntimeError("user_proxy was asked to speak without a recorded decision")
        return decision_text(decision)

    return UserProxyAgent(name=name, description=description, input_func=recorded)
