"""The route by which the user proposes a version of their own."""

from __future__ import annotations

from app.domain.artifacts import SourceFile
from app.errors import AppError, ErrorKind
from app.web.api import Api
from app.web.parts import gate_of, parts
from app.web.problems import FieldError
from app.web.version_payloads import Proposed, VersionBody

api = Api("versions")


@api.route(
    "POST",
    "/sessions/<session_id>/versions",
    body=VersionBody,
    reply=Proposed,
    errors=(ErrorKind.NOT_FOUND, ErrorKind.CONFLICT),
)
def propose(session_id: str, body: VersionBody) -> Proposed:
    """Answer the open gate with a version of your own: it is checked, and then a new gate offers it.

    409 where the gate was answered already, where the same files are a version of the run already, and where
    `base_hash` is none of its versions.
    """
    gate = gate_of(session_id, body.gate_id)
    files = [SourceFile(path=file.path, content=file.content) for file in body.files]
    try:
        event = parts().service.propose(gate.id, body.base_hash, files, body.removed)
    except AppError as error:
        if error.kind not in (ErrorKind.INVALID_REQUEST, ErrorKind.TOO_LARGE):
            raise
        raise FieldError("files", error.message, error.hint) from error
    parts().pool.go_on(gate.run_id)
    run = parts().store.run(gate.run_id)
    return Proposed(
        session_id=run.session_id,
        run_id=run.id,
        status=run.status,
        seq=event.seq,
        artifact_hash=event.data["artifact_hash"],
    )
