"""Routes about what the page keeps: choices such as the theme, and drafts."""

from __future__ import annotations

from app.domain.preferences import CHOICES, why_not_kept
from app.errors import ErrorKind
from app.web.api import Api
from app.web.parts import identity, parts
from app.web.preference_payloads import PreferencesBody, PreferencesReply
from app.web.problems import FieldError

api = Api("preferences")
_SHOWN = 80  # characters of a name that is refused


@api.route("GET", "/preferences", reply=PreferencesReply)
def show_preferences() -> PreferencesReply:
    """What the page keeps: choices such as the theme and the language, and drafts.

    One person's on this server; where several people share it, only what was kept with the same token.
    """
    return PreferencesReply(values=parts().preferences.of(_owner()))


@api.route(
    "PUT", "/preferences", body=PreferencesBody, errors=(ErrorKind.INVALID_REQUEST, ErrorKind.TOO_LARGE)
)
def keep_preferences(body: PreferencesBody) -> None:
    """Keep some, and leave the others as they are; nothing is kept where one of them is refused.

    Choices: `theme` light or dark, `language` en or zh, `notify` (by a browser) and `notify-window` on or
    off, `diff-layout` side or inline. Drafts: `draft`, `check`, and with a session's id and hashes of
    versions `draft:ID`, `edit:ID:HASH` and `hunks:ID:HASH:HASH`; any text of up to 1,000,000 characters.
    The last 100 drafts are kept, of together up to 4,000,000 characters; those that were written longest
    ago are forgotten.
    """
    for name, value in body.values.items():
        if problem := why_not_kept(name, value):
            shown = name[:_SHOWN]
            hint = f"Choices are {', '.join(CHOICES)}; the rest are drafts, see docs/api.md."
            raise FieldError(f"values.{shown}", f"values.{shown}: {problem}.", hint)
    parts().preferences.keep(_owner(), body.values)


def _owner() -> str:
    return parts().access.keeps_as(identity())
