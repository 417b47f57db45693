"""Works on a run while its events are shown, and has its gates answered."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from app.cli.stop import Stop
from app.cli.view import Sink
from app.domain.decisions import Decision, Gate
from app.domain.events import EventType
from app.domain.runs import Run, RunStatus
from app.errors import AppError, ErrorKind

if TYPE_CHECKING:  # its import takes the agents with it, for which the user should not wait in silence
    from app.session.service import Service

Answer = Callable[[Gate], Decision | None]
_ASK_AGAIN_SECONDS: Final = 0.2


@contextmanager
def working(service: Service, run_id: str, stop: Stop) -> Generator[Future[RunStatus]]:
    """The run is worked on in a thread until it waits or ends, also after the block.

    Whatever ends the block early, or a request to stop, has it stopped and given back first.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="run") as pool:
        work = pool.submit(service.advance, run_id)
        try:
            yield work
        except BaseException:
            _interrupt(service, work)
            raise
        if stop.requested:
            _interrupt(service, work)
        wait([work])


def _interrupt(service: Service, work: Future[RunStatus]) -> None:
    # Again and again: a run that is just being started does not hear it yet.
    while not work.done():
        service.engine.interrupt()
        wait([work], _ASK_AGAIN_SECONDS)


class Driver:
    """Takes one run as far as it goes. last_seq: events up to it are taken to be shown already."""

    def __init__(self, service: Service, sink: Sink, run: Run, last_seq: int, stop: Stop) -> None:
        self._service = service
        self._sink = sink
        self._run = run
        self._seq = last_seq
        self._stop = stop

    def drive(self, answer: Answer) -> RunStatus:
        """Until the run ends, `answer` leaves a gate open, or the user stops it.

        Raises AppError(conflict) where another process works on the run.
        """
        while True:
            status = self._service.store.run(self._run.id).status
            if status in (RunStatus.QUEUED, RunStatus.RUNNING):
                with self._sink:
                    status = self._advance()
            gate = self._service.store.open_gate(self._run.id) if status is RunStatus.WAITING else None
            if gate is None or self._stop.requested:
                return status
            self._sink.at_gate(self._run.id)
            decision = answer(gate)
            if decision is None:
                return status
            self._decide(gate, decision)

    def _advance(self) -> RunStatus:
        with working(self._service, self._run.id, self._stop) as work:
            self._show(lambda: self._stop.requested or work.done())
        self._show(lambda: True)
        return work.result()

    def _show(self, stop: Callable[[], bool]) -> None:
        for event in self._service.tail(self._run.session_id, self._seq, stop):
            self._sink.feed(event)
            self._seq = event.seq
            at_gate = event.type in (EventType.GATE_OPENED, EventType.RUN_FINISHED)
            if at_gate and event.run_id == self._run.id:
                return

    def _decide(self, gate: Gate, decision: Decision) -> None:
        """Somebody else may have answered in the meantime: then the run simply goes on."""
        try:
            self._service.decide(
                gate.id,
                decision.artifact_hash or gate.artifact_hash,
                decision.kind,
                feedback=decision.feedback,
                override=decision.override,
                confirmed=decision.confirmed,
            )
        except AppError as error:
            if error.kind is not ErrorKind.CONFLICT:
                raise
