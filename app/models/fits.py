"""Whether a model fits into this machine's memory, with the arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from app.models.hardware import Hardware

FitVerdict = Literal["yes", "tight", "no"]

# What a brief with its answer takes most of the time; a longer one asks for a larger window.
USUAL_WINDOW: Final = 8192
_WORK_BYTES: Final = 600 << 20
_SYSTEM_BYTES: Final = 1 << 30  # what the rest of the machine cannot do without


@dataclass(frozen=True)
class Fit:
    """needed = weights + cache + work, bytes. verdict: tight until other programs give memory back.

    cache: of `window` tokens, None where its size is not known. free: memory that is free now, with that of
    graphics cards. most: what would be free if no other program ran. longest: tokens of context whose cache
    fits beside the weights now, None where not known.
    """

    verdict: FitVerdict
    needed: int
    weights: int
    cache: int | None
    work: int
    window: int
    free: int
    most: int
    longest: int | None


def fit(weights: int, kv_bytes: int | None, context_length: int, machine: Hardware) -> Fit:
    """weights: bytes. kv_bytes: of the cache, a token."""
    cards = [card for card in machine.gpus if not card.unified]
    free = machine.memory_available + sum(card.memory_free for card in cards)
    most = machine.memory_total - _SYSTEM_BYTES + sum(card.memory_total for card in cards)
    window = min(USUAL_WINDOW, context_length or USUAL_WINDOW)
    cache = kv_bytes * window if kv_bytes else None
    needed = weights + (cache or 0) + _WORK_BYTES
    room = max(0, (free - weights - _WORK_BYTES) // kv_bytes) if kv_bytes else None
    longest = min(room, context_length or room) if room is not None else None
    verdict: FitVerdict = "yes" if needed <= free else "tight" if needed <= most else "no"
    return Fit(verdict, needed, weights, cache, _WORK_BYTES, window, free, most, longest)
