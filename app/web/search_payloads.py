"""What searching takes and returns."""

from __future__ import annotations

from pydantic import BaseModel, Field

from app.domain.search import HitKind
from app.web.payloads import SessionReply, Taken


class SearchQuery(Taken):
    """query: words, all of which a title or one place in a session must hold. limit: most sessions."""

    query: str = Field(min_length=1, max_length=200)
    limit: int = Field(default=20, ge=1, le=100)


class PieceReply(BaseModel):
    """A stretch of an excerpt. match: it is one of the words."""

    text: str
    match: bool


class HitReply(BaseModel):
    """A place in a session; seq is the number of the event that tells it.

    path, line, artifact_hash: of a file of a version, else empty; line is null where the name matches.
    """

    kind: HitKind
    run_id: str
    turn: int | None
    seq: int
    agent: str
    path: str
    line: int | None
    artifact_hash: str
    excerpt: list[PieceReply]


class FoundReply(BaseModel):
    """A session with its best places. title: whether its title holds the words. more: further places."""

    session: SessionReply
    title: bool
    hits: list[HitReply]
    more: int


class SearchReply(BaseModel):
    """The best first."""

    found: list[FoundReply]
