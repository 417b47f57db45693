"""The route that gives the diagnostics of the server's machine."""

from __future__ import annotations

import io
from typing import Annotated, Final

from flask import Response, send_file
from pydantic import Field

from app.errors import ErrorKind
from app.web.api import Api
from app.web.parts import must_own, parts, session_of
from app.web.payloads import Taken

api = Api("diagnostics")
_MEDIA: Final = "application/zip"


class DiagnosticsQuery(Taken):
    """session: one that goes in whole, with its texts; none by itself."""

    session: Annotated[str, Field(max_length=32)] | None = None


@api.route(
    "GET",
    "/diagnostics",
    query=DiagnosticsQuery,
    media=_MEDIA,
    errors=(ErrorKind.FORBIDDEN, ErrorKind.NOT_FOUND, ErrorKind.TOO_LARGE),
)
def diagnostics(query: DiagnosticsQuery) -> Response:
    """Versions, what `doctor` finds, settings and the log's last lines, as a zip to show to others.

    No keys, tokens, folders or names of users are in it, and no texts but of the session that is named.
    Looking takes some seconds. Nothing is sent anywhere.
    """
    must_own("diagnostics")
    session = session_of(query.session) if query.session else None
    bundle = parts().diagnose(session.id if session else None)
    return send_file(io.BytesIO(bundle.content), _MEDIA, as_attachment=True, download_name=bundle.name)
