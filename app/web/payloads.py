"""What the routes take and return. Field names are the contract; see docs/api.md."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.domain.artifacts import MAX_FILE_BYTES, MAX_FILES, MAX_PATH_BYTES
from app.domain.decisions import DecisionKind
from app.domain.findings import CheckStatus, Level, Severity, Verdict
from app.domain.runs import (
    MAX_CONTEXT,
    MAX_EXAMPLES,
    MAX_REQUIREMENTS,
    MAX_TESTS,
    MIN_REQUIREMENTS,
    AgentChoice,
    AgentName,
    ContextFile,
    Language,
    RunStatus,
    Usage,
)

MAX_FEEDBACK = 10_000
_Id = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[0-9a-f]+$")]
_Text = Annotated[str, Field(max_length=200)]


class Taken(BaseModel):
    """A request: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class TokenBody(Taken):
    """The token of the printed link."""

    token: str = Field(min_length=1, max_length=512)


class ContextBody(Taken):
    """A file given as background."""

    name: str = Field(min_length=1, max_length=255)
    content: str = Field(max_length=MAX_CONTEXT)

    def as_file(self) -> ContextFile:
        return ContextFile(name=self.name, content=self.content)


class GenerateBody(Taken):
    """What is asked for.

    context: text, or files. examples: calls with their expected value, e.g. `f(2) == 4`. tests: test files of
    yours that every version has to pass.
    session_id: go on from the approved files of this session.
    max_iterations: null takes the settings' number. agents: another model or temperature for this run only.
    """

    requirements: str = Field(min_length=MIN_REQUIREMENTS, max_length=MAX_REQUIREMENTS)
    language: Language = "python"
    context: Annotated[str, Field(max_length=MAX_CONTEXT)] | list[ContextBody] | None = None
    examples: list[Annotated[str, Field(min_length=1, max_length=5_000)]] = Field(
        default_factory=list, max_length=MAX_EXAMPLES
    )
    tests: list[ContextBody] = Field(default_factory=list[ContextBody], max_length=MAX_TESTS)
    max_iterations: int | None = Field(default=None, ge=1, le=10)
    provider: _Text | None = None
    model: _Text | None = None
    agents: dict[AgentName, AgentChoice] = Field(default_factory=dict[AgentName, AgentChoice])
    session_id: _Id | None = None
    title: _Text = ""


class ApproveBody(Taken):
    """The answer to a gate, for exactly the version with this hash: the one offered or another checked one.

    feedback: what to change, needed for `revise`. override: approve although the version is not verified.
    confirmed: ids of the findings of level "ask" that you accept; approving needs all of them. A version with
    a finding of level "block" cannot be approved.
    """

    session_id: _Id
    gate_id: _Id
    artifact_hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    decision: Literal[DecisionKind.APPROVE, DecisionKind.REVISE, DecisionKind.REJECT]
    feedback: str = Field(default="", max_length=MAX_FEEDBACK)
    override: bool = False
    confirmed: list[Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]] = Field(
        default_factory=list, max_length=1000
    )


class SourceBody(Taken):
    """A file to check."""

    path: str = Field(min_length=1, max_length=MAX_PATH_BYTES)
    content: str = Field(max_length=MAX_FILE_BYTES)


class CheckBody(Taken):
    """Files to scan and run; those that use one another are examined together."""

    files: list[SourceBody] = Field(min_length=1, max_length=MAX_FILES)


class ExamplesBody(Taken):
    """Requirements to look for examples in."""

    requirements: str = Field(max_length=MAX_REQUIREMENTS)
    language: Language = "python"


class SessionBody(Taken):
    """Names a session."""

    session_id: _Id


class TitleBody(Taken):
    """A session's new title."""

    title: str = Field(min_length=1, max_length=200)


class TurnBody(Taken):
    """Names the end of a turn; 0 is the start of the run."""

    turn: int = Field(ge=0, le=100_000)


class ForkBody(TurnBody):
    """title: of the new session. run_id: of an earlier run of the session than its newest."""

    title: _Text = ""
    run_id: _Id | None = None


class ModelBody(Taken):
    """The model for the turns to come."""

    provider: str = Field(min_length=1, max_length=200)
    model: _Text | None = None


class KeyBody(Taken):
    """An API key; it is never given out again."""

    key: str = Field(min_length=1, max_length=4_000)


class SessionsQuery(Taken):
    """query: what title or requirements must hold. limit: most sessions."""

    query: str = Field(default="", max_length=200)
    limit: int = Field(default=100, ge=1, le=1_000)


class EventsQuery(Taken):
    """after: only events with a higher number. limit: most events."""

    after: int = Field(default=0, ge=0, le=2**53)
    limit: int = Field(default=1_000, ge=1, le=5_000)


class StreamQuery(Taken):
    """after: only events with a higher number; `Last-Event-ID` says the same and wins."""

    after: int = Field(default=0, ge=0, le=2**53)


class Problem(BaseModel):
    """Every failure. error_id: under which the log has more. field: the one that is wrong, where one is."""

    kind: str
    message: str
    hint: str
    retryable: bool
    error_id: str
    field: str | None = None
    retry_after: float | None = None


class CheckedFinding(BaseModel):
    """What a check found in a file. level: block, ask, badge or ok. fix: how to mend it."""

    id: str
    rule: str
    level: Level
    severity: Severity
    source: str
    line: int | None
    message: str
    cwe: str | None = None
    fix: str | None = None


class CheckedBy(BaseModel):
    """What became of a check. evidence: or the reason why it was skipped."""

    name: str
    status: CheckStatus
    ms: int
    evidence: str


class CheckedFile(BaseModel):
    """One file: what it asks of you, and why."""

    path: str
    language: str | None
    sha256: str
    level: Level
    findings: list[CheckedFinding]
    checks: list[CheckedBy]


class CheckReply(BaseModel):
    """The worst verdict, and each file; the same shape as `check --json`."""

    files: list[CheckedFile]
    verdict: Verdict


class SarifReply(BaseModel):
    """A SARIF log."""

    version: Literal["2.1.0"]
    runs: list[dict[str, Any]]


class FoundExample(BaseModel):
    """An example found in requirements.

    text: as written there. setup, call, expected, raises: as it will be run.
    """

    text: str
    setup: str
    call: str
    expected: str | None
    raises: str | None


class FoundExamples(BaseModel):
    """What was found, in order."""

    examples: list[FoundExample]


class Started(BaseModel):
    """A run that was started."""

    session_id: str
    run_id: str
    status: Literal["started"] = "started"
    stream_url: str


class RunReply(BaseModel):
    """A run and where it stands."""

    session_id: str
    run_id: str
    status: RunStatus


class Decided(RunReply):
    """seq: number of the event gate.decided."""

    seq: int


class SessionReply(BaseModel):
    """A session; status and verdict are those of its newest run."""

    session_id: str
    title: str
    language: Language
    status: RunStatus
    verdict: str | None
    run_id: str
    created: datetime
    updated: datetime


class SessionsReply(BaseModel):
    """Newest change first."""

    sessions: list[SessionReply]


class RunFacts(BaseModel):
    """The newest run. turn: the last finished one. provider and model: empty before the first turn."""

    run_id: str
    number: int
    status: RunStatus
    turn: int
    round: int
    provider: str
    model: str
    usage: Usage
    seconds: float
    verdict: str | None


class GateReply(BaseModel):
    """An open gate."""

    gate_id: str
    artifact_hash: str
    summary: str
    version: int
    verdict: str | None
    turn: int


class SessionStatus(BaseModel):
    """Everything about a session but its events."""

    session: SessionReply
    run: RunFacts
    gate: GateReply | None
    last_seq: int


class EventReply(BaseModel):
    """An event, as every reader gets it."""

    v: int
    seq: int
    session_id: str
    run_id: str
    type: str
    agent: str
    message: str
    ts: datetime
    turn: int | None
    epoch: int
    data: dict[str, Any]


class EventsReply(BaseModel):
    """last_seq: number of the session's newest event."""

    events: list[EventReply]
    last_seq: int


class FileReply(BaseModel):
    """One file of a version."""

    path: str
    content: str
    sha256: str
    bytes: int


class ArtifactReply(BaseModel):
    """All files of a version."""

    artifact_hash: str
    files: list[FileReply]


class KeyReply(BaseModel):
    """What may be shown of a key. source: keyring, environment or memory; null where there is none.

    variable: of the environment, that may hold it instead.
    """

    provider: str
    set: bool
    last4: str
    source: str | None
    variable: str


class KeysReply(BaseModel):
    """All providers that take a key. persistent: keys that are set outlive the program."""

    keys: list[KeyReply]
    persistent: bool
    detail: str


class ModelReply(BaseModel):
    """A model. size_bytes and context_length are null where they are not known."""

    name: str
    installed: bool
    size_bytes: int | None
    context_length: int | None
    note: str


class ProviderReply(BaseModel):
    """A provider. state: unknown until it has been asked for the first time."""

    id: str
    title: str
    state: Literal["ready", "no_key", "not_ready", "unknown"]
    detail: str
    remedy: str
    needs_key: bool
    key: KeyReply | None
    default_model: str | None
    models: list[ModelReply]


class ProvidersReply(BaseModel):
    """All providers, in the order of models.yaml."""

    providers: list[ProviderReply]


class WarningReply(BaseModel):
    """Something lasting that the user should know."""

    kind: str
    message: str
    hint: str


class ProviderState(BaseModel):
    """A provider in short."""

    id: str
    title: str
    state: Literal["ready", "no_key", "not_ready", "unknown"]
    detail: str


class StatusReply(BaseModel):
    """The server itself. agents: whether the first run would have to wait for their import.

    window: whether it is the page of the program's own window that asks. may_quit: whether a page may end the
    program, since it is in a browser and nothing else could.
    """

    status: Literal["ok"] = "ok"
    version: str
    agents: Literal["loading", "ready", "failed"]
    window: bool
    may_quit: bool
    active_runs: int
    max_concurrent_sessions: int
    code_safety_enabled: bool
    warnings: list[WarningReply]
    providers: list[ProviderState]


class ModelSwitched(BaseModel):
    """What the turns to come will use."""

    session_id: str
    run_id: str
    provider: str
    model: str
