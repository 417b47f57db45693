"""What the terminal, the server and the tests call: sessions, runs, decisions, events and files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from app.checks.examples import parse_example
from app.domain.artifacts import Artifact, SourceFile
from app.domain.decisions import Decision, DecisionKind
from app.domain.events import Event
from app.domain.runs import Run, RunRequest, RunState, RunStatus
from app.errors import AppError, ErrorKind
from app.session.approval import check_approval
from app.session.exports.formats import ExportFormat, export
from app.session.files import save_artifact
from app.session.owners import owner_alive
from app.session.ports import Runner, Store

MAX_FEEDBACK: Final = 10_000
LOCAL: Final = "local"  # owner of the sessions made on this machine without a token
_WAIT_SECONDS: Final = 1.0


class Service:
    """The one way in. Thread-safe; nothing here waits for a model except `advance`.

    check_choice: raises AppError where a provider or model that the user named does not exist.
    why_closed: why nothing can be approved at present, e.g. a scanner that does not work; else empty.
    keys: all known API keys, which no export may hold. without_keys: takes those that were used or set out of
    a JSON value, so that no model is sent any in what the user writes.
    """

    def __init__(
        self,
        store: Store,
        engine: Runner,
        check_choice: Callable[[str | None, str | None], None],
        why_closed: Callable[[], str] = lambda: "",
        keys: Callable[[], Collection[str]] = tuple,
        *,
        without_keys: Callable[[Any], Any] = lambda value: value,
    ) -> None:
        self.store = store
        self.engine = engine
        self._check_choice = check_choice
        self._why_closed = why_closed
        self._keys = keys
        self._without_keys = without_keys

    def start_run(
        self, request: RunRequest, *, session_id: str | None = None, title: str = "", owner: str = LOCAL
    ) -> Run:
        """A new run, queued. With a session id it follows up on that session's last approved artifact.

        owner: whose a new session is.

        Raises AppError: config for an unknown provider or model, invalid_request for an example that is
        not understood or where little more than a key is asked, conflict where the session's newest run has
        not ended.
        """
        self._check_choice(request.provider, request.model)
        for choice in request.agents.values():
            provider, _, model = (choice.model or "").partition(":")
            self._check_choice(provider or None, model or None)
        for example in request.examples:
            parse_example(example, "user", request.language)
        request, title = self._clean(request), self._without_keys(title)
        base = self._last_approved(session_id) if session_id else None
        return self.store.start_run(request, session_id=session_id, title=title, base=base, owner=owner)

    def advance(self, run_id: str, claimed: Callable[[], None] = lambda: None) -> RunStatus:
        """Work on the run in this thread until it waits or ends; see `Engine.advance`."""
        return self.engine.advance(run_id, claimed)

    def decide(
        self,
        gate_id: str,
        artifact_hash: str,
        kind: DecisionKind,
        *,
        feedback: str = "",
        override: bool = False,
        confirmed: Collection[str] = (),
    ) -> Event:
        """Answer a gate once, for exactly the artifact shown: the one it offers or another checked version.

        confirmed: ids of findings of level "ask" that the user accepts; approving needs all of them.

        Raises AppError: conflict where it was decided already or the hash is none of the run's;
        invalid_request where `revise` comes without feedback, or `approve` of an unverified version without
        `override` or with findings that are not confirmed; forbidden for `approve` of a blocked version.
        """
        if kind is DecisionKind.EDIT:
            raise AppError(ErrorKind.INVALID_REQUEST, "An edit needs files.", "Propose a version with them.")
        if len(feedback) > MAX_FEEDBACK:
            raise AppError(ErrorKind.TOO_LARGE, f"feedback is over {MAX_FEEDBACK} characters.")
        if kind is DecisionKind.REVISE and not feedback.strip():
            raise AppError(ErrorKind.INVALID_REQUEST, "feedback is empty.", "Say what should change.")
        approving = kind is DecisionKind.APPROVE
        if approving:
            state = self.store.state(self.store.gate(gate_id).run_id)
            check_approval(state, artifact_hash, override, confirmed, self._why_closed())
        decision = Decision(
            kind=kind,
            feedback=self._without_keys(feedback.strip()),
            override=override and approving,
            confirmed=tuple(sorted(set(confirmed))) if approving else (),
        )
        return self.store.decide(gate_id, artifact_hash, decision)

    def propose(
        self, gate_id: str, base_hash: str, files: Collection[SourceFile], removed: Collection[str] = ()
    ) -> Event:
        """Answer a gate with a version of the user's own, which is checked and then offered at the next.

        base_hash: of the version of the run that was edited. files: new ones, and those that changed, whole.
        removed: paths that are no more.

        Raises AppError: conflict as `Store.propose`; invalid_request and too_large as `Artifact.edited`.
        """
        session_id = self.store.gate(gate_id).session_id
        base = self.store.artifact(base_hash, session_id)
        edited = base.edited(files, removed)
        decision = Decision(
            kind=DecisionKind.EDIT,
            feedback=_what_changed(base, edited),
            artifact_hash=edited.hash,
            base=base_hash,
        )
        return self.store.propose(gate_id, edited, decision)

    def cancel(self, run_id: str) -> Run:
        """Stop a run for good, wherever it is worked on. Raises AppError(conflict) where it has ended."""
        return self.store.request_cancel(run_id, owner_alive)

    def resume(self, run_id: str) -> Run:
        """Let a run go on that was cancelled, failed or out of budget; one that waits stays as it is."""
        run = self.store.run(run_id)
        if run.status in (RunStatus.CANCELLED, RunStatus.BUDGET, RunStatus.FAILED):
            return self.store.reopen(run_id, owner_alive)
        if run.status.final:
            raise AppError(
                ErrorKind.CONFLICT,
                f"The run is {run.status.value}.",
                "Start a follow-up, rewind it or fork it.",
            )
        return run

    def rewind(self, run_id: str, turn: int) -> Run:
        """Back to the end of a turn; what came after it stays in the log and counts no more."""
        return self.store.rewind(run_id, turn, owner_alive)

    def switch_model(self, run_id: str, provider: str, model: str | None = None) -> Run:
        """Let the run's following turns use another model; a turn that is going on ends with the old one.

        model: None for the provider's default. Raises AppError: config for an unknown provider or script,
        conflict where the run is approved or rejected.
        """
        self._check_choice(provider, model)
        return self.store.switch_model(run_id, provider, model)

    def fork(self, run_id: str, turn: int, title: str = "") -> Run:
        """A new session that shares the run's past up to the end of a turn."""
        return self.store.fork(run_id, turn, title)

    def delete(self, session_id: str) -> None:
        """Delete a session with all it holds. Raises AppError(conflict) while it is worked on."""
        self.store.delete(session_id, owner_alive)

    def tail(
        self, session_id: str, after: int = 0, stop: Callable[[], bool] = lambda: False
    ) -> Iterator[Event]:
        """Every event with seq > after, in order, as it is committed by any process; until `stop()`.

        Once `stop()` holds, what has been committed until then is still delivered.
        """
        for batch in self.batches(session_id, after, stop):
            yield from batch

    def batches(
        self, session_id: str, after: int = 0, stop: Callable[[], bool] = lambda: False
    ) -> Iterator[list[Event]]:
        """As `tail`, in lists of what is there at a time; an empty list after each second without news.

        Raises AppError(not_found) once the session is deleted.
        """
        while True:
            stopping = stop()
            batch = self.store.events(session_id, after)
            if batch:
                yield batch
                after = batch[-1].seq
            elif stopping:
                return
            elif not self.store.wait(session_id, after, _WAIT_SECONDS):
                yield batch

    def artifact(self, run_id: str) -> Artifact:
        """The best version of a run. Raises AppError(not_found) where there is none yet."""
        artifact = self.store.state(run_id).artifact
        if artifact is None:
            raise AppError(ErrorKind.NOT_FOUND, "The run has no version yet.", "Let it go on first.")
        return artifact

    def save(self, run_id: str, folder: Path) -> list[Path]:
        """Write the approved files below a folder. Raises AppError(forbidden) where they are not approved."""
        return save_artifact(self.approved(run_id), folder)

    def approved(self, run_id: str) -> Artifact:
        """The approved files of a run. Raises AppError(forbidden) where they are not approved."""
        if self.store.run(run_id).status is not RunStatus.APPROVED:
            raise AppError(
                ErrorKind.FORBIDDEN,
                "Only approved files are saved.",
                "Approve the version at its gate first.",
            )
        return self._kept(self.store.state(run_id))

    def export(self, session_id: str, format_: ExportFormat) -> bytes:
        """A session in a format, without keys. Raises AppError: not_found, too_large."""
        return export(self.store, session_id, format_, self._keys())

    def _kept(self, state: RunState) -> Artifact:
        if state.artifact is None:
            raise AppError(ErrorKind.NOT_FOUND, "The run has no version.")
        return self.store.artifact(state.artifact.hash)

    def _clean(self, request: RunRequest) -> RunRequest:
        try:
            return RunRequest.model_validate(self._without_keys(request.model_dump()))
        except ValidationError as error:
            raise AppError(
                ErrorKind.INVALID_REQUEST,
                "The request holds an API key, and without it too little is left.",
                "Say what you want in words; keys belong into the settings.",
            ) from error

    def _last_approved(self, session_id: str) -> Artifact | None:
        for run in reversed(self.store.runs(session_id)):
            if run.status is RunStatus.APPROVED:
                return self._kept(self.store.state(run.id))
        return None


def _what_changed(base: Artifact, edited: Artifact) -> str:
    """E.g. `changed a.py, b.py; added c.py; removed d.py`."""
    old, new = ({f.path: f.content for f in artifact.files} for artifact in (base, edited))
    named = {
        "changed": [path for path in new if path in old and new[path] != old[path]],
        "added": [path for path in new if path not in old],
        "removed": [path for path in old if path not in new],
    }
    return "; ".join(f"{verb} {', '.join(paths)}" for verb, paths in named.items() if paths)
