"""The one exception the program raises on purpose, and the closed table of its kinds.

Every failure that a user can meet is an :class:`AppError` of one of these kinds. The kind decides
whether trying again may help, which HTTP status a server answers with, and what the user is offered.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ErrorKind(StrEnum):
    """Closed list of failure kinds; see the table in docs/architecture.md."""

    INVALID_REQUEST = "invalid_request"
    TOO_LARGE = "too_large"
    RATE_LIMITED = "rate_limited"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    CONFIG = "config"
    AUTH = "auth"
    QUOTA = "quota"
    PROVIDER_RATE_LIMIT = "provider_rate_limit"
    TRANSIENT = "transient"
    MODEL_MISSING = "model_missing"
    CONTEXT_WINDOW = "context_window"
    AGENT_OUTPUT = "agent_output"
    BUDGET = "budget"
    CANCELLED = "cancelled"
    FENCED = "fenced"
    INTERNAL = "internal"


@dataclass(frozen=True)
class KindFacts:
    """What a kind means to the outside.

    http: status a server answers with, None where the kind never reaches HTTP.
    retryable: whether the same call may succeed later without the user changing anything.
    offer: what the user is offered.
    """

    http: int | None
    retryable: bool
    offer: str


KINDS: Final[dict[ErrorKind, KindFacts]] = {
    ErrorKind.INVALID_REQUEST: KindFacts(400, False, "correct the named field"),
    ErrorKind.TOO_LARGE: KindFacts(413, False, "make it smaller than the named bound"),
    ErrorKind.RATE_LIMITED: KindFacts(429, True, "wait and try again"),
    ErrorKind.FORBIDDEN: KindFacts(403, False, "reload"),
    ErrorKind.NOT_FOUND: KindFacts(404, False, "reload"),
    ErrorKind.CONFLICT: KindFacts(409, False, "reload and look again"),
    ErrorKind.CONFIG: KindFacts(422, False, "correct the named file and key"),
    ErrorKind.AUTH: KindFacts(424, False, "open the settings of that provider"),
    ErrorKind.QUOTA: KindFacts(424, False, "open the settings of that provider"),
    ErrorKind.PROVIDER_RATE_LIMIT: KindFacts(424, True, "try again, or use another provider"),
    ErrorKind.TRANSIENT: KindFacts(424, True, "try again, or use another provider"),
    ErrorKind.MODEL_MISSING: KindFacts(424, False, "pull the model"),
    ErrorKind.CONTEXT_WINDOW: KindFacts(424, False, "use a smaller context or another model"),
    ErrorKind.AGENT_OUTPUT: KindFacts(None, True, "look at the raw message"),
    ErrorKind.BUDGET: KindFacts(None, False, "raise the limit and go on"),
    ErrorKind.CANCELLED: KindFacts(None, False, "run again"),
    ErrorKind.FENCED: KindFacts(None, False, ""),
    ErrorKind.INTERNAL: KindFacts(500, False, "look up the error id in the log"),
}


class AppError(Exception):
    """A failure with a kind, a message for the user and a hint at what to do.

    message: what happened, naming the field or file and the bound; never raw provider text.
    hint: what to do about it; may be empty.
    retry_after: seconds a provider asked us to wait, where it did.
    """

    def __init__(
        self, kind: ErrorKind, message: str, hint: str = "", *, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.hint = hint
        self.retry_after = retry_after

    @property
    def facts(self) -> KindFacts:
        """The row of the table for this kind."""
        return KINDS[self.kind]

    def to_dict(self) -> dict[str, object]:
        """Problem JSON without the error id, which the handler adds."""
        return {
            "kind": self.kind.value,
            "message": self.message,
            "hint": self.hint or self.facts.offer,
            "retryable": self.facts.retryable,
        }

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message
