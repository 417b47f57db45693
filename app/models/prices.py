"""What calls of services cost, by the prices in models.yaml. A price that is not there is not guessed."""

from __future__ import annotations

from typing import Any

from app.domain.runs import Usage
from app.settings import Prices

_PER: float = 1_000_000


def cost_of(prices: Prices | None, model: str, usage: Usage) -> dict[str, Any]:
    """{amount, currency, as_of, source, at_most, cached_known}; only {amount: None} where there is no price.

    at_most: the service has cheaper hours, and the dearest price was taken. cached_known: False where tokens
    came from the service's cache whose price is not known, so that they were counted as fresh ones.
    """
    price = prices.models.get(model) if prices else None
    if prices is None or price is None:
        return {"amount": None}
    cached = min(usage.cached_tokens, usage.prompt_tokens)
    of_cached = price.input if price.cached is None else price.cached
    fresh = usage.prompt_tokens - cached
    amount = fresh * price.input + cached * of_cached + usage.completion_tokens * price.output
    return {
        "amount": amount / _PER,
        "currency": prices.currency,
        "as_of": prices.as_of,
        "source": prices.source,
        "at_most": price.at_most,
        "cached_known": not cached or price.cached is not None,
    }
