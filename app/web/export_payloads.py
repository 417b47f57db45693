"""What exporting and replaying take and return."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from app.session.exports.formats import ExportFormat
from app.web.payloads import ArtifactReply, EventReply, Taken


class ExportQuery(Taken):
    """format: zip, md, json, html or capsule."""

    format: ExportFormat = ExportFormat.ZIP


class CapsuleReply(BaseModel):
    """An opened capsule. redacted: how often something was taken out, by kind: key, secret, path."""

    session_id: str
    title: str
    language: str
    made: datetime
    program: str
    redacted: dict[str, int]
    events: list[EventReply]
    versions: list[ArtifactReply]
