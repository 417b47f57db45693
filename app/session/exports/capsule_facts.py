"""What a capsule's events must hold for its readers to rely on them: page and terminal trust a log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from pydantic import BaseModel, Field

from app.domain.events import Event, EventType
from app.domain.findings import CheckResult


def check_facts(event: Event) -> None:
    """Raises ValueError for facts of another type than readers take; further ones are passed on."""
    model = _FACTS.get(event.type)
    if model is not None:
        model.model_validate(event.data)


class _Told(BaseModel):
    """Facts that readers use. Each has the default that they take where an older program did not tell it."""


class _Given(_Told):
    name: str
    content: str = ""


class _Agent(_Told):
    model: str | None = None
    temperature: float | None = None


class _Asked(_Told):
    requirements: str
    language: str
    number: int = 1
    max_iterations: int = 1
    examples: list[str] = Field(default_factory=list[str])
    context: list[_Given] = Field(default_factory=list[_Given])
    tests: list[_Given] = Field(default_factory=list[_Given])
    agents: dict[str, _Agent] = Field(default_factory=dict[str, _Agent])
    provider: str | None = None
    model: str | None = None


class _Begun(_Told):
    round: int = 1
    provider: str | None = None
    model: str | None = None


class _Spoken(_Told):
    seconds: float | None = None


class _Proposed(_Told):
    class File(_Told):
        path: str
        bytes: int
        sha256: str

    artifact_hash: str
    version: int
    files: list[File]
    reason: str = ""


class _Example(_Told):
    text: str
    ok: bool
    evidence: str
    call: str | None = None
    got: str | None = None
    expected: str | None = None
    error: str | None = None
    printed: str | None = None
    traceback: list[str] = Field(default_factory=list[str])
    locals: dict[str, str] = Field(default_factory=dict[str, str])


class _Test(_Told):
    name: str
    ok: bool
    error: str = ""
    evidence: str = ""


class _Result(CheckResult):
    class Ran(_Told):
        examples: list[_Example] = Field(default_factory=list[_Example])
        tests: list[_Test] = Field(default_factory=list[_Test])
        printed: str = ""
        stderr: str = ""

    data: Ran = Field(default_factory=Ran)  # pyright: ignore[reportIncompatibleVariableOverride]


class _Checked(_Told):
    artifact_hash: str
    result: _Result


class _AtGate(_Told):
    gate_id: str
    artifact_hash: str
    summary: str = ""
    doubt: str = ""
    confirmed: list[str] = Field(default_factory=list[str])


class _Error(_Told):
    kind: str = ""
    message: str
    hint: str = ""
    error_id: str | None = None


class _Cost(_Told):
    amount: float | None = None
    currency: str = Field(default="", pattern=r"^([A-Z]{3})?$")


class _Used(_Told):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    first_token_ms: float | None = None
    prompt_ms: float | None = None
    total_ms: float = 0
    window: int | None = None
    cost: _Cost | None = None


class _Ended(_Told):
    status: Literal["approved", "rejected", "cancelled", "budget", "failed"]
    verdict: str | None = None
    version: int | None = None
    seconds: float | None = None
    error: _Error | None = None
    usage: _Used | None = None


class _Origin(_Told):
    session_id: str
    turn: int
    title: str | None = None


class _Noted(_Told):
    kind: str | None = None
    rewind_to: int = 0
    forked_from: _Origin | None = None
    prompt_tokens: int | None = None
    model: str | None = None
    percent: int = 0
    bytes_total: int = 0
    round: int = 0
    last_round: int = 0
    number: int = 0
    of: int = 0
    seconds: float = 0
    problem: str = ""
    examples: list[str] = Field(default_factory=list[str])
    withdrawn: list[str] = Field(default_factory=list[str])


_FACTS: Final[Mapping[EventType, type[_Told]]] = {
    EventType.RUN_CREATED: _Asked,
    EventType.RUN_FINISHED: _Ended,
    EventType.TURN_STARTED: _Begun,
    EventType.TURN_FINISHED: _Spoken,
    EventType.ARTIFACT_PROPOSED: _Proposed,
    EventType.ARTIFACT_REJECTED: _Proposed,
    EventType.CHECK_COMPLETED: _Checked,
    EventType.GATE_OPENED: _AtGate,
    EventType.GATE_DECIDED: _AtGate,
    EventType.USAGE_RECORDED: _Used,
    EventType.NOTE: _Noted,
}
