"""What the routes of the program's own window take and return."""

from __future__ import annotations

from pydantic import BaseModel, Field

from app.web.payloads import Taken


class SaveQuery(Taken):
    """name: that the dialog offers; whatever looks like a folder in it is left out."""

    name: str = Field(min_length=1, max_length=255)


class SavedReply(BaseModel):
    """path: where the file is now; null where the user changed their mind."""

    path: str | None


class NoticeBody(Taken):
    """What the system's notification says. session_id: of the session that a click on it opens."""

    title: str = Field(min_length=1, max_length=200)
    body: str = Field(max_length=500)
    session_id: str = Field(pattern=r"^[0-9a-f]{1,32}$")


class RaisedReply(BaseModel):
    """raised: false where the page is in a browser, or nowhere. code: lets a page in, once and within five
    minutes; empty for a server.
    """

    raised: bool
    code: str
