"""Sessions, runs and what is saved between two turns."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from app.domain.artifacts import MAX_FILE_BYTES, Artifact, SourceFile
from app.domain.decisions import Decision
from app.domain.findings import CheckReport, Finding

Language = Literal["python", "javascript", "java", "go", "rust"]
AgentName = Literal["code_generator", "quality_checker", "code_optimizer"]
LANGUAGES: tuple[Language, ...] = ("python", "javascript", "java", "go", "rust")
MIN_REQUIREMENTS = 10
MAX_REQUIREMENTS = 20_000
MAX_CONTEXT = 200_000
MAX_EXAMPLES = 50
MAX_TESTS = 10


class RunStatus(StrEnum):
    """Where a run stands. The last five are final."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    BUDGET = "budget"
    FAILED = "failed"

    @property
    def final(self) -> bool:
        return self not in (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.WAITING)


class ContextFile(BaseModel):
    """A file of the user's given as background; data for the agents, never instructions."""

    model_config = ConfigDict(frozen=True)

    name: str
    content: str


def provider_and_model(value: str) -> str:
    """A model's name with its provider's before it, for pydantic. Raises ValueError."""
    if not all(value.partition(":")):
        raise ValueError("write it as provider:model, e.g. ollama:qwen2.5-coder:1.5b")
    return value


class AgentChoice(BaseModel):
    """What one agent is given for one run in place of what the settings say; None leaves it to them.

    model: "provider:model". temperature: 0 to 2, in every round.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: Annotated[str, Field(max_length=300), AfterValidator(provider_and_model)] | None = None
    temperature: float | None = Field(default=None, ge=0, le=2)


class RunRequest(BaseModel):
    """What the user asks for.

    requirements: 10 to 20,000 characters.
    examples: calls with their expected value, e.g. `f(2) == 4`.
    tests: the user's own test files, which every version has to pass.
    max_iterations: rounds, 1 to 10.
    provider / model: None lets the program choose.
    agents: by name, what is another for this run only; user_proxy has no model.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    requirements: str = Field(min_length=MIN_REQUIREMENTS, max_length=MAX_REQUIREMENTS)
    language: Language = "python"
    context: tuple[ContextFile, ...] = ()
    examples: tuple[str, ...] = Field(default=(), max_length=MAX_EXAMPLES)
    tests: tuple[ContextFile, ...] = Field(default=(), max_length=MAX_TESTS)
    max_iterations: int = Field(default=3, ge=1, le=10)
    provider: str | None = None
    model: str | None = None
    agents: dict[AgentName, AgentChoice] = Field(default_factory=dict[AgentName, AgentChoice])

    def of_agent(self, name: str) -> AgentChoice | None:
        """What an agent is given for this run, where anything is."""
        return next((choice for agent, choice in self.agents.items() if agent == name), None)

    @field_validator("requirements")
    @classmethod
    def _not_blank(cls, value: str) -> str:
        if len(value.strip()) < MIN_REQUIREMENTS:
            raise ValueError(f"must have at least {MIN_REQUIREMENTS} characters that are not blank")
        return value.strip()

    @field_validator("tests")
    @classmethod
    def _named(cls, value: tuple[ContextFile, ...]) -> tuple[ContextFile, ...]:
        for file in value:
            try:
                SourceFile(path=file.name, content=file.content)
            except ValueError as error:
                raise ValueError(f"test file {file.name!r} cannot be used: {error}") from error
            if len(file.content.encode()) > MAX_FILE_BYTES:
                raise ValueError(f"test file {file.name!r} is over {MAX_FILE_BYTES} bytes")
        return value

    @field_validator("context")
    @classmethod
    def _bounded(cls, value: tuple[ContextFile, ...]) -> tuple[ContextFile, ...]:
        if sum(len(c.content) for c in value) > MAX_CONTEXT:
            raise ValueError(f"context files together are over {MAX_CONTEXT} characters")
        return value


class Usage(BaseModel):
    """Tokens and time of one model call, or a sum of them.

    cached_tokens: of the prompt's, those that the provider had read before and says so.
    estimated: the provider reported nothing and the tokens were counted by us.
    prompt_ms / first_token_ms / total_ms: milliseconds; prompt_ms only where the server reports it.
    """

    model_config = ConfigDict(frozen=True)

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    estimated: bool = False
    prompt_ms: float | None = None
    first_token_ms: float | None = None
    total_ms: float = 0.0

    @property
    def total_tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def plus(self, other: Usage) -> Usage:
        """Sum of tokens and total_ms; the single-call times are dropped."""
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            estimated=self.estimated or other.estimated,
            total_ms=self.total_ms + other.total_ms,
        )


class StandIn(BaseModel):
    """A model that took over from one that failed, until the run is taken up anew.

    wanted / used: as "provider:model". epoch: of the claim under which it took over.
    """

    model_config = ConfigDict(frozen=True)

    wanted: str
    used: str
    epoch: int


class Candidate(BaseModel):
    """A version that code_generator proposed and quality_checker has yet to settle.

    drawn: how often the model came up with exactly these bytes.
    """

    model_config = ConfigDict(frozen=True)

    version: int
    artifact: Artifact
    drawn: int = 1


class VersionRecord(BaseModel):
    """What became of a version: its report, and why it was not kept (empty where it was the best)."""

    model_config = ConfigDict(frozen=True)

    version: int
    agent: str
    artifact_hash: str
    report: CheckReport
    not_kept: str = ""


class RunState(BaseModel):
    """Everything needed to go on after a turn, in any process: saved as one blob a turn.

    team: AutoGen's saved team state, None before the first turn.
    turn: number of the last finished turn (0: none yet).
    edits: turns in which user_proxy proposed a version of the user's own; it keeps the floor after each.
    round: the round that the next turn belongs to, from 1.
    last_round: the round after which the user is asked whatever the checks say; 0: what the request allows.
    provider / model: what the run was started with, or was switched to; empty before the first turn.
    asked: what of the request they were chosen for, as "provider:model"; a request that says something
        else by now was changed by the user.
    stand_ins: fallbacks that took over.
    version: number of the newest proposed version (0: none yet).
    artifact / report / best_version: the best version so far, its check report and its number.
    candidates: versions of this round that quality_checker has yet to settle, the most promising first.
    agreeing: so many of them must do the same for their agreement to count.
    versions: every version that was checked, with its report.
    tried: one entry a round of what was reached, to notice that the run goes in circles.
    mended: whether this round's versions were made by showing the model what failed.
    doubt: why an example may be wrong rather than the code; else empty.
    claims: findings of agents on the best version.
    decision: a decision that user_proxy has yet to speak.
    feedback: what the last decision asked for; empty in the first round.
    setback: what was wrong with a later version that did worse than the best one; else empty.
    proposed_examples: examples proposed by quality_checker, kept over the rounds.
    usage / seconds: spent so far by the run.
    """

    model_config = ConfigDict(frozen=True)

    team: dict[str, Any] | None = None
    turn: int = 0
    edits: int = 0
    round: int = 1
    last_round: int = 0
    provider: str = ""
    model: str = ""
    asked: str = ""
    stand_ins: tuple[StandIn, ...] = ()
    version: int = 0
    best_version: int = 0
    artifact: Artifact | None = None
    candidates: tuple[Candidate, ...] = ()
    agreeing: int = 1
    versions: tuple[VersionRecord, ...] = ()
    tried: tuple[str, ...] = ()
    mended: bool = False
    doubt: str = ""
    report: CheckReport | None = None
    claims: tuple[Finding, ...] = ()
    decision: Decision | None = None
    feedback: str = ""
    setback: str = ""
    proposed_examples: tuple[str, ...] = ()
    usage: Usage = Usage()
    seconds: float = 0.0

    def record(self, artifact_hash: str) -> VersionRecord | None:
        """The newest record of a version with these bytes."""
        return next((v for v in reversed(self.versions) if v.artifact_hash == artifact_hash), None)

    def version_of(self, artifact_hash: str) -> int | None:
        """Number of the version with these bytes, as far as it counts; 0 for what the run started from."""
        if self.artifact is not None and self.artifact.hash == artifact_hash:
            return self.best_version
        record = self.record(artifact_hash)
        return record.version if record else None

    def choosing(self, artifact: Artifact) -> RunState:
        """The state with another checked version as the best one, because the user picked it."""
        chosen = self.record(artifact.hash)
        if chosen is None:
            return self
        changes = {
            "artifact": artifact,
            "report": chosen.report,
            "best_version": chosen.version,
            "claims": (),
        }
        return self.model_copy(update=changes)


class Run(BaseModel):
    """A row of the runs table.

    epoch: raised at each claim, rewind or fork; a writer with an older one is fenced off.
    base: hash of the approved artifact that a follow-up starts from.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    session_id: str
    number: int
    request: RunRequest
    status: RunStatus
    epoch: int = 0
    base: str | None = None
    created: datetime
    cancel_requested: bool = False


class Session(BaseModel):
    """A thread of work with one or more runs; `status` is that of the newest run."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    owner: str
    created: datetime
    updated: datetime
    language: Language
    status: RunStatus
    run_id: str
