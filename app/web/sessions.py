"""Routes about sessions: the list, their events and files."""

from __future__ import annotations

import io

from flask import Response, send_file

from app.domain.artifacts import Artifact
from app.domain.runs import Session
from app.errors import ErrorKind
from app.session.files import zip_files
from app.web.api import Api
from app.web.parts import identity, parts, run_of, session_of
from app.web.payloads import (
    ArtifactReply,
    EventReply,
    EventsQuery,
    EventsReply,
    FileReply,
    SessionReply,
    SessionsQuery,
    SessionsReply,
    TitleBody,
)
from app.web.verdicts import verdict_of

api = Api("sessions")
_ZIP = "application/zip"


def session_reply(session: Session) -> SessionReply:
    """A session as it is given out."""
    return SessionReply(
        session_id=session.id,
        title=session.title,
        language=session.language,
        status=session.status,
        verdict=verdict_of(session),
        run_id=session.run_id,
        created=session.created,
        updated=session.updated,
    )


def file_replies(artifact: Artifact) -> list[FileReply]:
    """The files of a version as they are given out."""
    return [
        FileReply(path=f.path, content=f.content, sha256=f.sha256, bytes=len(f.content.encode()))
        for f in artifact.files
    ]


@api.route("GET", "/sessions", query=SessionsQuery, reply=SessionsReply)
def list_sessions(query: SessionsQuery) -> SessionsReply:
    """Your sessions, the newest change first; those whose title or requirements hold `query`."""
    found = parts().store.sessions(query.query, query.limit, identity().sees)
    return SessionsReply(sessions=[session_reply(session) for session in found])


@api.route(
    "PATCH", "/sessions/<session_id>", body=TitleBody, reply=SessionReply, errors=(ErrorKind.NOT_FOUND,)
)
def rename_session(session_id: str, body: TitleBody) -> SessionReply:
    """Change a session's title."""
    session_of(session_id)
    session = parts().store.rename(session_id, body.title)
    parts().pool.changed(session.owner)
    return session_reply(session)


@api.route("DELETE", "/sessions/<session_id>", errors=(ErrorKind.NOT_FOUND, ErrorKind.CONFLICT))
def delete_session(session_id: str) -> None:
    """Delete a session with all it holds; 409 while it is worked on."""
    session = session_of(session_id)
    parts().service.delete(session_id)
    parts().pool.changed(session.owner)


@api.route(
    "GET",
    "/sessions/<session_id>/events",
    query=EventsQuery,
    reply=EventsReply,
    errors=(ErrorKind.NOT_FOUND,),
)
def list_events(session_id: str, query: EventsQuery) -> EventsReply:
    """A page of the session's events."""
    session_of(session_id)
    events = parts().store.events(session_id, query.after, query.limit)
    replies = [EventReply.model_validate(event.envelope()) for event in events]
    return EventsReply(events=replies, last_seq=parts().store.last_seq(session_id))


@api.route(
    "GET",
    "/sessions/<session_id>/artifacts/<artifact_hash>",
    reply=ArtifactReply,
    errors=(ErrorKind.NOT_FOUND,),
)
def show_artifact(session_id: str, artifact_hash: str) -> ArtifactReply:
    """The files of one version, for looking at; any that a finished turn proposed."""
    session_of(session_id)
    artifact = parts().store.artifact(artifact_hash, session_id)
    return ArtifactReply(artifact_hash=artifact.hash, files=file_replies(artifact))


@api.route(
    "GET",
    "/sessions/<session_id>/files",
    media=_ZIP,
    errors=(ErrorKind.NOT_FOUND, ErrorKind.FORBIDDEN),
)
def approved_files(session_id: str) -> Response:
    """The approved files as a zip; 403 while nothing is approved."""
    run = run_of(session_id)
    content = zip_files(parts().service.approved(run.id))
    return send_file(
        io.BytesIO(content), _ZIP, as_attachment=True, download_name=f"roundtable-{session_id}.zip"
    )
