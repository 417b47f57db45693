"""Routes that start, steer and decide runs."""

from __future__ import annotations

from pydantic import ValidationError

from app.domain.runs import ContextFile, Run, RunRequest
from app.errors import AppError, ErrorKind
from app.web.api import Api
from app.web.parts import gate_of, identity, parts, run_of, session_of
from app.web.payloads import (
    ApproveBody,
    Decided,
    ForkBody,
    GenerateBody,
    ModelBody,
    ModelSwitched,
    RunReply,
    SessionBody,
    Started,
    TurnBody,
)
from app.web.problems import FieldError, of_validation
from app.web.rates import generate_rate

api = Api("runs")
_STEERED = (ErrorKind.NOT_FOUND, ErrorKind.CONFLICT)
_STARTED = (*_STEERED, ErrorKind.RATE_LIMITED)


@api.route(
    "POST",
    "/generate",
    body=GenerateBody,
    reply=Started,
    errors=(*_STARTED, ErrorKind.CONFIG),
    rate=generate_rate,
)
def generate(body: GenerateBody) -> Started:
    """Start a run, in a new session or as a follow-up of one.

    Answered at once; the run's words and results come over `stream_url` or Socket.IO.
    """
    if body.session_id:
        session_of(body.session_id)
    request = _request(body)

    def start() -> Run:
        try:
            return parts().service.start_run(
                request, session_id=body.session_id, title=body.title, owner=identity().owner
            )
        except AppError as error:
            if error.kind is not ErrorKind.INVALID_REQUEST:
                raise
            # The body was checked before: what is left is an example that cannot be read.
            raise FieldError("examples", error.message, error.hint) from error

    run = parts().pool.start(start)
    return Started(session_id=run.session_id, run_id=run.id, stream_url=f"/api/stream/{run.session_id}")


@api.route("POST", "/approve", body=ApproveBody, reply=Decided, errors=_STEERED)
def approve(body: ApproveBody) -> Decided:
    """Answer the open gate: approve, revise or reject exactly the version shown.

    409 where the gate was answered already or the hash is none of the run's versions; 400 where `revise`
    comes without feedback, or `approve` of a version that is not verified without `override`, or with
    findings of level "ask" that are not in `confirmed`; 403 for `approve` of a blocked version.
    """
    gate = gate_of(body.session_id, body.gate_id)
    event = parts().service.decide(
        gate.id,
        body.artifact_hash,
        body.decision,
        feedback=body.feedback,
        override=body.override,
        confirmed=body.confirmed,
    )
    parts().pool.go_on(gate.run_id)
    run = parts().store.run(gate.run_id)
    return Decided(session_id=run.session_id, run_id=run.id, status=run.status, seq=event.seq)


@api.route("POST", "/cancel", body=SessionBody, reply=RunReply, errors=_STEERED)
def cancel(body: SessionBody) -> RunReply:
    """Stop the session's run, wherever it is worked on; `resume` goes on with it."""
    session = session_of(body.session_id)
    run = parts().service.cancel(session.run_id)
    parts().pool.changed(session.owner)
    return _reply(run)


@api.route("POST", "/sessions/<session_id>/resume", reply=RunReply, errors=_STARTED)
def resume(session_id: str) -> RunReply:
    """Go on with a run that was stopped, failed or ran out of budget."""
    run = run_of(session_id)
    return _reply(parts().pool.start(lambda: parts().service.resume(run.id)))


@api.route("POST", "/sessions/<session_id>/rewind", body=TurnBody, reply=RunReply, errors=_STARTED)
def rewind(session_id: str, body: TurnBody) -> RunReply:
    """Go back to the end of a turn and on from there; what came after it stays in the log."""
    run = run_of(session_id)
    return _reply(parts().pool.start(lambda: parts().service.rewind(run.id, body.turn)))


@api.route("POST", "/sessions/<session_id>/fork", body=ForkBody, reply=RunReply, errors=_STARTED)
def fork(session_id: str, body: ForkBody) -> RunReply:
    """A new session that shares the run's past up to the end of a turn, and goes on from there."""
    run = run_of(session_id)
    if body.run_id and body.run_id != run.id:
        run = parts().store.run(body.run_id)
        if run.session_id != session_id:
            raise AppError(ErrorKind.NOT_FOUND, f"The session has no run {body.run_id}.", "Reload the page.")
    return _reply(parts().pool.start(lambda: parts().service.fork(run.id, body.turn, body.title)))


@api.route(
    "POST",
    "/sessions/<session_id>/model",
    body=ModelBody,
    reply=ModelSwitched,
    errors=(*_STEERED, ErrorKind.CONFIG),
)
def switch_model(session_id: str, body: ModelBody) -> ModelSwitched:
    """Use another model from the next turn on."""
    run = run_of(session_id)
    parts().service.switch_model(run.id, body.provider, body.model)
    return ModelSwitched(
        session_id=run.session_id, run_id=run.id, provider=body.provider, model=body.model or ""
    )


def _request(body: GenerateBody) -> RunRequest:
    context = [ContextFile(name="context", content=body.context)] if isinstance(body.context, str) else None
    given = body.model_dump(exclude={"context", "tests", "session_id", "title"})
    given["max_iterations"] = body.max_iterations or parts().editor.live.current.run.max_iterations
    given["tests"] = [file.as_file() for file in body.tests]
    files = context or [file.as_file() for file in body.context or () if not isinstance(file, str)]
    try:
        return RunRequest.model_validate({**given, "context": files})
    except ValidationError as error:
        raise of_validation(error, RunRequest) from error


def _reply(run: Run) -> RunReply:
    return RunReply(session_id=run.session_id, run_id=run.id, status=run.status)
