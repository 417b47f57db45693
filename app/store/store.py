"""The store as the session layer sees it: each method is one transaction, then the waiters are woken."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import URL

from app.domain.artifacts import Artifact
from app.domain.calls import CallRecord, CallTexts, KeptCall, MeasuredRound
from app.domain.claims import Claim, GateDraft, TurnRecord
from app.domain.decisions import Decision, Gate
from app.domain.events import Event, EventDraft
from app.domain.runs import Run, RunRequest, RunState, RunStatus, Session
from app.domain.search import Found
from app.domain.sections import Section
from app.store import calls, gates, history, measured, runs, sessions, steering, turns, work
from app.store.blobs import check_needed, get_artifact
from app.store.calls import CALL_BOUNDS, CallBounds
from app.store.database import Database
from app.store.event_log import last_seq, read_events
from app.store.model_use import ModelUse
from app.store.search import PATIENCE, catch_up, search
from app.store.sections import read_section
from app.store.signals import Signals, watch_sqlite

Alive = Callable[[str], bool]


def open_store(url: str, without_keys: Callable[[Any], Any] = lambda value: value) -> SqlStore:
    """Open, and make where it is new, the database at `sqlite:///PATH` or `postgresql://...`.

    without_keys: takes known keys out of what events say.
    Raises AppError(config): the address, the connection, or a database from a newer program.
    """
    return SqlStore(Database(url, without_keys))


def _watch(database: Database) -> Callable[[URL, Signals], None]:
    if database.sqlite:
        return watch_sqlite
    from app.store.listening import watch_postgres  # noqa: PLC0415 - the driver takes 0.2 s to import

    return watch_postgres


class SqlStore:
    """Implements `Store` of app/session/ports.py, whose docstrings are the contract.

    alive: asked within a transaction, so it must be quick and must not call the store.
    bounds: what of model calls is kept.
    """

    def __init__(self, database: Database, bounds: CallBounds = CALL_BOUNDS) -> None:
        self._bounds = bounds
        self._db = database
        self.model_use = ModelUse(database)
        self._signals = Signals(partial(_watch(database), database.url))

    # Runs, as the engine drives them.

    def start_run(
        self,
        request: RunRequest,
        *,
        session_id: str | None = None,
        title: str = "",
        base: Artifact | None = None,
        owner: str = "local",
    ) -> Run:
        with self._db.write(durable=True) as conn:
            run, event = work.start_run(
                conn, request, session_id=session_id, title=title, base=base, owner=owner
            )
        self._tell([event])
        return run

    def claim(self, run_id: str, owner: str, lease: float, alive: Alive) -> Claim | None:
        with self._db.write() as conn:
            return work.claim(conn, run_id, owner, lease, alive)

    def renew(self, claim: Claim, lease: float) -> bool:
        with self._db.write() as conn:
            return work.renew(conn, claim, lease)

    def append(self, claim: Claim, drafts: Sequence[EventDraft]) -> list[Event]:
        with self._db.write() as conn:
            written = work.append(conn, claim, drafts)
        return self._tell(written)

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
        with self._db.write(durable=True) as conn:
            written = work.finish_turn(conn, claim, state, status, drafts, agent=agent, gate=gate, keep=keep)
        return self._tell(written)

    def end_run(self, claim: Claim, status: RunStatus, drafts: Sequence[EventDraft]) -> list[Event]:
        with self._db.write(durable=True) as conn:
            written = work.end_run(conn, claim, status, drafts)
        return self._tell(written)

    def release(self, claim: Claim) -> None:
        with self._db.write() as conn:
            work.release(conn, claim)

    def claimable(self, alive: Alive, limit: int = 20) -> list[str]:
        with self._db.read() as conn:
            return list(islice(work.claimable(conn, alive), limit))

    # Runs, as the user steers them.

    def decide(self, gate_id: str, artifact_hash: str, decision: Decision) -> Event:
        with self._db.write(durable=True) as conn:
            event = gates.decide(conn, gate_id, artifact_hash, decision)
        return self._tell([event])[0]

    def propose(self, gate_id: str, artifact: Artifact, decision: Decision) -> Event:
        with self._db.write(durable=True) as conn:
            event = gates.propose(conn, gate_id, artifact, decision)
        return self._tell([event])[0]

    def request_cancel(self, run_id: str, alive: Alive) -> Run:
        with self._db.write(durable=True) as conn:
            run, written = steering.request_cancel(conn, run_id, alive)
        self._tell(written)
        return run

    def reopen(self, run_id: str, alive: Alive) -> Run:
        with self._db.write(durable=True) as conn:
            run, written = steering.reopen(conn, run_id, alive)
        self._tell(written)
        return run

    def rewind(self, run_id: str, turn: int, alive: Alive) -> Run:
        with self._db.write(durable=True) as conn:
            run, written = steering.rewind(conn, run_id, turn, alive)
        self._tell(written)
        return run

    def switch_model(self, run_id: str, provider: str, model: str | None) -> Run:
        with self._db.write(durable=True) as conn:
            run, written = steering.switch_model(conn, run_id, provider, model)
        self._tell(written)
        return run

    def fork(self, run_id: str, turn: int, title: str = "") -> Run:
        with self._db.write(durable=True) as conn:
            run, written = history.fork(conn, run_id, turn, title)
        self._tell(written)
        return run

    # Events.

    def events(self, session_id: str, after: int = 0, limit: int = 1000) -> list[Event]:
        with self._db.read() as conn:
            found = read_events(conn, session_id, after=after, limit=limit)
            if not found:
                last_seq(conn, session_id)  # not_found for an unknown session
            return found

    def section(self, session_id: str, before: int | None, turns: int) -> Section:
        with self._db.read() as conn:
            return read_section(conn, session_id, before, turns)

    def wait(self, session_id: str, after: int, timeout: float) -> bool:
        return self._signals.wait(session_id, after, timeout, partial(self.last_seq, session_id))

    # Model calls.

    def record_calls(self, claim: Claim, turn: int, records: Sequence[CallRecord]) -> None:
        with self._db.write() as conn:
            full = calls.record_calls(conn, claim, turn, records, self._bounds)
        if full:  # apart, since on PostgreSQL dropping has to lock the blobs before it writes any
            with self._db.write() as conn:
                calls.drop_oldest(conn, claim.run.session_id, self._bounds)

    def calls(self, session_id: str, run_id: str | None = None, turn: int | None = None) -> list[KeptCall]:
        with self._db.read() as conn:
            return calls.list_calls(conn, session_id, run_id, turn)

    def call(self, session_id: str, number: int) -> tuple[KeptCall, CallTexts | None]:
        with self._db.read() as conn:
            return calls.find_call(conn, session_id, number)

    def measured_rounds(self, named: tuple[str, str] | None = None) -> list[MeasuredRound]:
        with self._db.read() as conn:
            return measured.measured_rounds(conn, named)

    def newest_model(self, provider: str | None = None) -> tuple[str, str] | None:
        with self._db.read() as conn:
            return measured.newest_model(conn, provider)

    # Sessions.

    def last_seq(self, session_id: str) -> int:
        with self._db.read() as conn:
            return last_seq(conn, session_id)

    def session(self, session_id: str, owners: Collection[str] | None = None) -> Session:
        with self._db.read() as conn:
            return sessions.get_session(conn, session_id, owners)

    def sessions(
        self, query: str = "", limit: int = 100, owners: Collection[str] | None = None
    ) -> list[Session]:
        with self._db.read() as conn:
            return sessions.list_sessions(conn, query, limit, owners)

    def index(self, seconds: float = math.inf, stop: Callable[[], bool] = lambda: False) -> bool:
        return catch_up(self._db, seconds, stop)

    def search(self, query: str, limit: int = 30, owners: Collection[str] | None = None) -> list[Found]:
        self.index(PATIENCE)
        with self._db.read() as conn:
            return search(conn, query, limit, owners)

    def rename(self, session_id: str, title: str) -> Session:
        with self._db.write() as conn:
            return sessions.rename(conn, session_id, title)

    def delete(self, session_id: str, alive: Alive) -> None:
        with self._db.write(durable=True) as conn:
            sessions.delete_session(conn, session_id, alive)
        self._signals.changed()

    # What a session holds.

    def run(self, run_id: str) -> Run:
        with self._db.read() as conn:
            return runs.find_run(conn, run_id).run

    def runs(self, session_id: str) -> list[Run]:
        with self._db.read() as conn:
            sessions.get_session(conn, session_id)
            return [holding.run for holding in runs.holdings(conn, session_id)]

    def turns(self, run_id: str) -> list[TurnRecord]:
        with self._db.read() as conn:
            runs.find_run(conn, run_id)
            return turns.list_turns(conn, run_id)

    def state(self, run_id: str, turn: int | None = None) -> RunState:
        with self._db.read() as conn:
            return turns.load_state(conn, turns.find_turn(conn, run_id, turn))

    def gate(self, gate_id: str) -> Gate:
        with self._db.read() as conn:
            return gates.find_gate(conn, gate_id)

    def open_gate(self, run_id: str) -> Gate | None:
        with self._db.read() as conn:
            return gates.waiting_gate(conn, run_id)

    def artifact(self, artifact_hash: str, session_id: str | None = None) -> Artifact:
        with self._db.read() as conn:
            if session_id is not None:
                check_needed(conn, session_id, artifact_hash)
            return get_artifact(conn, artifact_hash)

    def close(self) -> None:
        """Wake all waiters and close all connections."""
        self._signals.close()
        self._db.close()

    def _tell(self, written: list[Event]) -> list[Event]:
        if written:
            self._signals.committed(written[-1].session_id, written[-1].seq)
        return written
