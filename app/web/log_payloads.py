"""What the route of a session's log takes and returns."""

from __future__ import annotations

from pydantic import BaseModel, Field

from app.web.payloads import EventReply, Taken


class LogQuery(Taken):
    """before: only what came before the event of this number; left out: from the end. turns: most turns."""

    before: int | None = Field(default=None, ge=1, le=2**53)
    turns: int = Field(default=8, ge=1, le=200)


class LogReply(BaseModel):
    """A section of the log. first: number of its first event; events before it are the session's spine.

    last: number of its last event. Together they say which events the section stands for.
    """

    events: list[EventReply]
    first: int
    last: int
