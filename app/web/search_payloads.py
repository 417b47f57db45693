"""What searching takes and returns."""

from __future__ import annotations

from pydantic import BaseModel, Field

from app.domain.search import Hit
from app.web.payloads import SessionReply, Taken


class SearchQuery(Taken):
    """query: words, all of which a title or one place in a session must hold. limit: most sessions."""

    query: str = Field(min_length=1, max_length=200)
    limit: int = Field(default=20, ge=1, le=100)


class FoundReply(BaseModel):
    """A session with its best places. title: whether its title holds the words. more: further places."""

    session: SessionReply
    title: bool
    hits: list[Hit]
    more: int


class SearchReply(BaseModel):
    """The best first. complete: false while what older sessions hold is still being indexed: ask again."""

    found: list[FoundReply]
    complete: bool
