"""What the routes about the page's preferences take and return."""

from __future__ import annotations

from pydantic import BaseModel, Field

from app.web.payloads import Taken


class PreferencesBody(Taken):
    """values: by name, those that change; null forgets one, and what is not named stays."""

    values: dict[str, str | None] = Field(max_length=100)


class PreferencesReply(BaseModel):
    """values: by name, all that are kept."""

    values: dict[str, str]
