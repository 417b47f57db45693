"""What a process has learned of services: in which region a key counts, and what a model does not take.

Kept in memory only: a service may change its mind, and asking again costs one refused call.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.models.arguments import BOUNDS
from app.models.calls import ModelChoice
from app.models.failures import Refusal

REASONING = "reasoning_content"


@dataclass(frozen=True)
class Quirks:
    """What is known of one model. left_out: parameters it does not take.

    reasoning: whether it wants its reasoning back with its answer; None as models.yaml says.
    """

    left_out: frozenset[str] = frozenset()
    reasoning: bool | None = None


class Lessons:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._region: dict[tuple[str, str], str] = {}
        self._quirks: dict[tuple[str, str], Quirks] = {}

    def in_order(self, provider: str, key: str, addresses: Sequence[str]) -> list[str]:
        """The addresses, the one where this key was taken before first."""
        with self._lock:
            known = self._region.get((provider, key))
        return sorted(addresses, key=lambda address: address != known)

    def answered(self, provider: str, key: str, address: str) -> None:
        """The key was taken at this address."""
        with self._lock:
            self._region[provider, key] = address

    def quirks(self, choice: ModelChoice) -> Quirks:
        """What is known of a model."""
        with self._lock:
            return self._quirks.get((choice.provider, choice.model), Quirks())

    def refused(self, choice: ModelChoice, refusal: Refusal) -> str:
        """Take a lesson; what is done differently from now on, empty where nothing can be."""
        with self._lock:
            old = self._quirks.get((choice.provider, choice.model), Quirks())
            new = _after(old, refusal)
            self._quirks[choice.provider, choice.model] = new
        if new == old:
            return ""
        model = f"{choice.provider} {choice.model}"
        if refusal.parameter == REASONING:
            return f"{model} {'wants' if new.reasoning else 'refuses'} earlier reasoning in the history"
        instead = f"{BOUNDS[refusal.parameter]} is" if refusal.parameter in BOUNDS else "it is not"
        return f"{model} does not take {refusal.parameter}; {instead} sent from now on"


def host_of(address: str) -> str:
    """What people are shown of an address."""
    return urlsplit(address).netloc


def _after(old: Quirks, refusal: Refusal) -> Quirks:
    name = refusal.parameter
    if name == REASONING:
        wanted = refusal.why == "missing"
        return old if old.reasoning is not None else Quirks(old.left_out, wanted)
    if refusal.why == "missing":
        return old
    # A bound is never given up, only named otherwise, and only once.
    if name in BOUNDS and (refusal.why == "value" or old.left_out & set(BOUNDS)):
        return old
    return Quirks(old.left_out | {name}, old.reasoning)
