"""What a model call is given and what it tells: the contract between clients, agents and turns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from app.domain.calls import CallRecord
from app.domain.runs import Usage
from app.errors import AppError

Cost = Literal["local", "cloud", "scripted"]


@dataclass(frozen=True)
class ModelChoice:
    """A provider and a model to use, and why it was these.

    provider: id in models.yaml. model: name as that provider knows it.
    """

    provider: str
    model: str
    why: str = ""


@dataclass(frozen=True)
class CallSite:
    """Which call this is: agent name, run, round (from 1) and attempt within the turn (from 1)."""

    agent: str
    run_id: str
    round: int
    attempt: int = 1


@dataclass(frozen=True)
class CallOptions:
    """Parameters of the calls of one agent's turn; None leaves the provider's default.

    max_tokens: bound on the answer. temperature: 0 to 2. extra: further options of the provider.
    """

    max_tokens: int = 1024
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class CallBegun:
    """A call that is about to be sent.

    window: tokens of context, None where not known. window_kind: "served" by the engine, or "documented" in
    models.yaml. prompt_tokens: estimated. max_tokens: bound on the answer.
    """

    choice: ModelChoice
    window: int | None
    window_kind: str
    prompt_tokens: int
    max_tokens: int


class CallWitness(Protocol):
    """Who keeps what the calls of a turn sent and got. Called from the event loop; must not block."""

    def begun(self, call: CallBegun) -> None:
        """Each time that a call is sent, also a repeated one."""
        ...

    def ended(self, record: CallRecord) -> None:
        """However it ended, before its usage is told. Known keys are masked in it."""
        ...


class GivenUpError(AppError):
    """A call that failed before its first word each time it was tried: no reason to try the turn again."""

    @classmethod
    def of(cls, error: AppError) -> GivenUpError:
        """The same failure, marked so."""
        return cls(error.kind, error.message, error.hint, retry_after=error.retry_after)


class CallObserver(Protocol):
    """Who watches the calls of a turn. Called from the event loop; must not block."""

    def allow(self, prompt_tokens: int, max_tokens: int) -> int:
        """Before each call: how many tokens the answer may have. Raises AppError(budget)."""
        ...

    def reasoning(self, text: str) -> None:
        """A piece of the model's reasoning, never part of the answer."""
        ...

    def usage(self, usage: Usage, choice: ModelChoice, finish_reason: str) -> None:
        """After each call, also a cancelled one. finish_reason: stop | length | cancelled | error."""
        ...

    def note(self, message: str, data: dict[str, Any]) -> None:
        """Something to know of: a wait (data.kind retry), a region or a lesson (data.kind service)."""
        ...

    def switched(self, old: ModelChoice, new: ModelChoice, why: str) -> None:
        """A fallback took over."""
        ...

    def failed(self, error: AppError) -> None:
        """The call failed for good; the same error is raised (AutoGen will wrap it)."""
        ...
