"""`runs show --calls`: the model calls of a session, a line each, or whole as JSON."""

from __future__ import annotations

from app.cli.json_lines import print_json
from app.cli.safe_text import safe_line
from app.domain.calls import KeptCall
from app.session.ports import Store

_MS = 1000


def show_calls(store: Store, session_id: str, *, as_json: bool) -> None:
    """As JSON with the prompt as sent and the answer; known keys were masked when they were kept."""
    for call in store.calls(session_id):
        if as_json:
            kept, texts = store.call(session_id, call.number)
            print_json({**kept.model_dump(mode="json"), "sent": texts and texts.model_dump(mode="json")})
        else:
            print(_line(call))


def _line(call: KeptCall) -> str:
    usage = call.usage
    mark = "≈ " if usage.estimated else ""
    facts = [
        f"{call.number:>4}  turn {call.turn}  {call.agent:<15}  {call.provider} {call.model}",
        f"{mark}{usage.prompt_tokens:,} + {usage.completion_tokens:,} tokens",
        f"{usage.total_ms / _MS:.1f} s",
        f"{call.finish_reason}{'' if call.counts else ', rewound'}",
        *_cost(call),
    ]
    return safe_line("  ·  ".join(facts))


def _cost(call: KeptCall) -> list[str]:
    if call.cost is None:
        return []
    if call.cost["amount"] is None:
        return ["price unknown"]
    mark = "≤ " if call.cost["at_most"] else ""
    return [f"{mark}{call.cost['amount']:.4f} {call.cost['currency']}"]
