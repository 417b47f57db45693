"""Routes that tell how the server and how a session stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from app.domain.runs import RunState
from app.domain.version import VERSION
from app.errors import ErrorKind
from app.web.api import Api
from app.web.parts import identity, parts, session_of
from app.web.payloads import (
    GateReply,
    ProviderState,
    RunFacts,
    SessionStatus,
    StatusReply,
    WarningReply,
)
from app.web.sessions import session_reply
from app.web.verdicts import verdict_in

if TYPE_CHECKING:
    from app.domain.decisions import Gate
    from app.domain.runs import Run
    from app.models.catalogue import ProviderStatus
    from app.settings import ProviderConfig

api = Api("status")
State = Literal["ready", "no_key", "not_ready", "unknown"]


@api.route("GET", "/status", reply=StatusReply)
def server_status() -> StatusReply:
    """Health, version, lasting warnings and the providers as last seen. Always answers at once."""
    own = parts()
    settings = own.settings
    seen = {status.id: status for status in own.offers.seen()}
    providers = [
        ProviderState(
            id=name,
            title=config.title,
            state=state_of(seen.get(name), config),
            detail=_detail(seen.get(name)),
        )
        for name, config in own.offers.configs().items()
    ]
    return StatusReply(
        version=VERSION,
        agents=own.agents.state,
        window=identity().window,
        may_quit=own.window is not None and own.window.may_quit,
        active_runs=own.pool.active,
        max_concurrent_sessions=settings.max_concurrent_sessions,
        code_safety_enabled=own.editor.live.current.code_safety_enabled,
        warnings=[WarningReply.model_validate(warning) for warning in own.banners.now()],
        providers=providers,
    )


@api.route("GET", "/status/<session_id>", reply=SessionStatus, errors=(ErrorKind.NOT_FOUND,))
def session_status(session_id: str) -> SessionStatus:
    """Everything about a session but its events: the run, the open gate, the number of the newest event."""
    store = parts().store
    session = session_of(session_id)
    run, state = store.run(session.run_id), store.state(session.run_id)
    gate = store.open_gate(run.id)
    return SessionStatus(
        session=session_reply(session),
        run=_facts(run, state),
        gate=_gate(gate, state) if gate else None,
        last_seq=store.last_seq(session_id),
    )


def state_of(status: ProviderStatus | None, config: ProviderConfig) -> State:
    """In one word."""
    if status is None:
        return "unknown"
    if status.usable:
        return "ready"
    lacks_key = status.key is not None and status.key.source is None and not config.key_optional
    return "no_key" if lacks_key else "not_ready"


def _detail(status: ProviderStatus | None) -> str:
    return status.detail if status else ""


def _facts(run: Run, state: RunState) -> RunFacts:
    return RunFacts(
        run_id=run.id,
        number=run.number,
        status=run.status,
        turn=state.turn,
        round=state.round,
        provider=state.provider,
        model=state.model,
        usage=state.usage,
        seconds=state.seconds,
        verdict=verdict_in(state),
    )


def _gate(gate: Gate, state: RunState) -> GateReply:
    return GateReply(
        gate_id=gate.id,
        artifact_hash=gate.artifact_hash,
        summary=gate.summary,
        version=state.best_version,
        verdict=verdict_in(state),
        turn=gate.turn,
    )
