"""Routes by which sessions leave, and by which a capsule is opened."""

from __future__ import annotations

import io
from typing import Final

from flask import Response, request, send_file

from app.errors import ErrorKind
from app.session.exports.capsule import open_capsule
from app.session.exports.formats import SHAPES
from app.web.api import Api
from app.web.export_payloads import CapsuleReply, ExportQuery
from app.web.parts import parts, session_of
from app.web.payloads import ArtifactReply, EventReply
from app.web.sessions import file_replies

api = Api("exports")
_MEDIA: Final = "application/octet-stream"


@api.route(
    "GET",
    "/sessions/<session_id>/export",
    query=ExportQuery,
    media=_MEDIA,
    errors=(ErrorKind.NOT_FOUND, ErrorKind.TOO_LARGE),
)
def export_session(session_id: str, query: ExportQuery) -> Response:
    """A session as a file: `zip` (events and approved files), `md`, `json`, `html` or `capsule`.

    No known key and nothing that looks like one is in any of them; a capsule, which replays without a model,
    holds no folders of users either.
    """
    session_of(session_id)
    shape = SHAPES[query.format]
    content = parts().service.export(session_id, query.format)
    name = f"roundtable-{session_id}{shape.suffix}"
    return send_file(io.BytesIO(content), shape.media, as_attachment=True, download_name=name)


@api.route("POST", "/replay", raw=_MEDIA, reply=CapsuleReply)
def open_for_replay() -> CapsuleReply:
    """What a capsule holds, every byte verified. The body is the file, as application/octet-stream.

    Nothing of it is kept.
    """
    capsule = open_capsule(request.get_data())
    manifest = capsule.manifest
    return CapsuleReply(
        session_id=manifest.session.id,
        title=manifest.session.title,
        language=manifest.session.language,
        made=manifest.made,
        program=manifest.program,
        redacted={str(kind): count for kind, count in manifest.redacted.items()},
        events=[EventReply.model_validate(event.envelope()) for event in capsule.events],
        versions=[
            ArtifactReply(artifact_hash=hash_, files=file_replies(artifact))
            for hash_, artifact in capsule.artifacts.items()
        ],
    )
