"""What the session layer needs of a store. `app.store` implements it; `app.bootstrap` joins the two."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from app.domain.artifacts import Artifact
from app.domain.calls import CallRecord, CallTexts, KeptCall, MeasuredRound
from app.domain.claims import Claim, GateDraft, TurnRecord
from app.domain.decisions import Decision, Gate
from app.domain.events import Event, EventDraft
from app.domain.runs import Run, RunRequest, RunState, RunStatus, Session
from app.domain.search import Found
from app.domain.sections import Section

__all__ = ["Claim", "GateDraft", "Runner", "Store", "TurnRecord"]


class Runner(Protocol):
    """What works on runs; `app.session.engine` says more."""

    def advance(self, run_id: str, claimed: Callable[[], None]) -> RunStatus: ...
    def interrupt(self) -> None: ...


class Store(Protocol):
    """Sessions, runs, turns, events, gates and blobs. Every method is one transaction.

    All raise AppError: not_found for unknown ids, conflict where said, fenced where a newer epoch
    exists. Methods are thread-safe and block; async callers use a thread.
    """

    def start_run(
        self,
        request: RunRequest,
        *,
        session_id: str | None = None,
        title: str = "",
        base: Artifact | None = None,
        owner: str = "local",
    ) -> Run:
        """A new run, in a new session or as the next of `session_id`; writes run.created.

        owner: who may see a new session. conflict: the session's newest run is not final.
        """
        ...

    def claim(self, run_id: str, owner: str, lease: float, alive: Callable[[str], bool]) -> Claim | None:
        """Take the run: epoch + 1, status running. None where it is waiting or final, or where another
        owner holds an unexpired lease and `alive(owner)`. lease: seconds.
        """
        ...

    def renew(self, claim: Claim, lease: float) -> bool:
        """Extend the lease; True where the user asked to cancel. fenced: lost to another claim."""
        ...

    def append(self, claim: Claim, drafts: Sequence[EventDraft]) -> list[Event]:
        """Number and commit events of the turn in progress. fenced: lost to another claim."""
        ...

    def finish_turn(
        self,
        claim: Claim,
        state: RunState,
        status: RunStatus,
        drafts: Sequence[EventDraft],
        *,
        agent: str,
        gate: GateDraft | None = None,
        keep: Sequence[Artifact] = (),
    ) -> list[Event]:
        """All of a turn's end at once: saved state, kept artifacts, turn row, events, gate, status.

        status queued: more turns follow and the claim stays valid. waiting or final: the claim ends.
        fenced: lost to another claim; nothing is written.
        """
        ...

    def end_run(self, claim: Claim, status: RunStatus, drafts: Sequence[EventDraft]) -> list[Event]:
        """End without finishing the turn in progress (cancelled, budget, failed)."""
        ...

    def release(self, claim: Claim) -> None:
        """Give the run back, status queued, so that any process can go on with it."""
        ...

    def decide(self, gate_id: str, artifact_hash: str, decision: Decision) -> Event:
        """Answer a gate, once: writes gate.decided and queues the run.

        conflict: already decided or superseded, or the hash is not the gate's.
        """
        ...

    def propose(self, gate_id: str, artifact: Artifact, decision: Decision) -> Event:
        """Answer a gate with a version of the user's own, kept from now on.

        Writes gate.decided and queues the run.

        conflict: as `decide`, the same bytes are a version of the run, or `decision.base` is none of them.
        """
        ...

    def request_cancel(self, run_id: str, alive: Callable[[str], bool]) -> Run:
        """Ask the owner to stop, or end the run at once where nobody holds it. conflict: final."""
        ...

    def reopen(self, run_id: str, alive: Callable[[str], bool]) -> Run:
        """Queue a run again that ended as cancelled, budget or failed. conflict otherwise."""
        ...

    def rewind(self, run_id: str, turn: int, alive: Callable[[str], bool]) -> Run:
        """Back to the end of `turn` (0: the start): epoch + 1, later gates superseded, a note with
        data {"rewind_to": turn}; where that turn had opened a gate, a fresh gate is opened.

        conflict: the run is being worked on. not_found: no such finished turn.
        """
        ...

    def switch_model(self, run_id: str, provider: str, model: str | None) -> Run:
        """The run's request with another model; writes model.switched. conflict: approved or rejected."""
        ...

    def fork(self, run_id: str, turn: int, title: str = "") -> Run:
        """A new session holding a copy of the run up to the end of `turn`, with its events."""
        ...

    def events(self, session_id: str, after: int = 0, limit: int = 1000) -> list[Event]:
        """Committed events with seq > after, in order."""
        ...

    def section(self, session_id: str, before: int | None, turns: int) -> Section:
        """The last turns, at most so many, of what came before an event; None: of the whole session."""
        ...

    def wait(self, session_id: str, after: int, timeout: float) -> bool:
        """Block until an event with seq > after is committed, by any process. False: timed out."""
        ...

    def last_seq(self, session_id: str) -> int:
        """Number of the session's newest event."""
        ...

    def session(self, session_id: str, owners: Collection[str] | None = None) -> Session:
        """owners: only if it belongs to one of these; None: whoever's it is. not_found otherwise."""
        ...

    def sessions(
        self, query: str = "", limit: int = 100, owners: Collection[str] | None = None
    ) -> list[Session]: ...
    def index(self, seconds: float = ..., stop: Callable[[], bool] = ...) -> bool:
        """Take in what `search` is to find, for at most so long or until `stop`; whether all of it is."""
        ...

    def search(self, query: str, limit: int = 30, owners: Collection[str] | None = None) -> list[Found]:
        """Sessions that hold all words of the query, in their title or in one place, the best first.

        A turn in progress is not searched, nor what could not be indexed in a moment; see `index`.
        """
        ...

    def rename(self, session_id: str, title: str) -> Session: ...
    def delete(self, session_id: str, alive: Callable[[str], bool]) -> None:
        """Delete a session with all it holds. conflict: it is being worked on."""
        ...

    def run(self, run_id: str) -> Run: ...
    def runs(self, session_id: str) -> list[Run]: ...
    def turns(self, run_id: str) -> list[TurnRecord]:
        """Finished turns that still count (not rewound), in order."""
        ...

    def state(self, run_id: str, turn: int | None = None) -> RunState:
        """The state after `turn`, by default the last that counts."""
        ...

    def gate(self, gate_id: str) -> Gate: ...
    def open_gate(self, run_id: str) -> Gate | None: ...
    def artifact(self, artifact_hash: str, session_id: str | None = None) -> Artifact:
        """A kept artifact; its bytes are verified against the hash. internal: they differ.

        session_id: not_found unless a run of this session needs it.
        """
        ...

    def record_calls(self, claim: Claim, turn: int, records: Sequence[CallRecord]) -> None:
        """Keep model calls of the turn in progress, within the session's bounds. fenced: lost to another
        claim.
        """
        ...

    def calls(self, session_id: str, run_id: str | None = None, turn: int | None = None) -> list[KeptCall]:
        """The session's model calls in order, without their texts; of one run or turn where it is given."""
        ...

    def call(self, session_id: str, number: int) -> tuple[KeptCall, CallTexts | None]:
        """One of them; its texts are None where the session held too much and they were dropped."""
        ...

    def measured_rounds(self, named: tuple[str, str] | None = None) -> list[MeasuredRound]:
        """What rounds took, of all sessions, the newest first. named: only with this provider and model."""
        ...

    def newest_model(self, provider: str | None = None) -> tuple[str, str] | None:
        """Provider and model of the newest call, or of the newest to this provider."""
        ...

    def claimable(self, alive: Callable[[str], bool], limit: int = 20) -> list[str]:
        """Ids of runs that are queued or whose owner is gone, oldest first."""
        ...

    def close(self) -> None: ...
