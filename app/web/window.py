"""Routes by which the page in the program's own window reaches what a page cannot."""

from __future__ import annotations

from typing import Final, Protocol

from flask import Response, request

from app.errors import AppError, ErrorKind
from app.web.api import Api
from app.web.parts import identity, parts
from app.web.window_payloads import NoticeBody, RaisedReply, SavedReply, SaveQuery

api = Api("window")
_MEDIA: Final = "application/octet-stream"
_ONLY: Final = (ErrorKind.FORBIDDEN,)


class Window(Protocol):
    """The program's own window, which may be shown or not. All of it may be called in any thread.

    may_quit: whether the page is in a browser in its stead, where there is nothing to close.
    """

    @property
    def may_quit(self) -> bool: ...

    def page_is_ready(self) -> None:
        """The page has come up."""
        ...

    def raise_(self) -> bool:
        """Bring it before the others; False where it is not shown."""
        ...

    def save(self, name: str, content: bytes) -> str | None:
        """Ask where to, then write; the path, None where nothing was chosen. Raises AppError(conflict) while
        another dialog is open, AppError(invalid_request) where the file cannot be written.
        """
        ...

    def notify(self, title: str, body: str, session_id: str) -> None:
        """Tell the user by the system's means. Raises AppError(not_found) where there are none."""
        ...

    def quit(self) -> None:
        """End the program, soon."""
        ...


@api.route("POST", "/window/ready", errors=_ONLY)
def window_ready() -> None:
    """The page in the program's own window has come up; without this it is taken for blank."""
    _window().page_is_ready()


@api.route(
    "POST",
    "/window/save",
    query=SaveQuery,
    raw=_MEDIA,
    reply=SavedReply,
    errors=(*_ONLY, ErrorKind.CONFLICT, ErrorKind.INVALID_REQUEST),
)
def save_from_window(query: SaveQuery) -> SavedReply:
    """Save a file where the user says in the system's dialog; answered when they have.

    The body is the file, as application/octet-stream.
    """
    return SavedReply(path=_window().save(query.name, request.get_data()))


@api.route("POST", "/window/notify", body=NoticeBody, errors=(*_ONLY, ErrorKind.NOT_FOUND))
def notify_from_window(body: NoticeBody) -> None:
    """Show one of the system's notifications; a click on it opens the session."""
    _window().notify(body.title, body.body, body.session_id)


@api.route("POST", "/window/raise", reply=RaisedReply)
def raise_window() -> RaisedReply:
    """Bring the program's window before the others: what a second start of the program asks of the first.

    Answered when it is clear whether there is a window.
    """
    own = parts()
    if own.window is None:
        return RaisedReply(raised=False, code="")
    return RaisedReply(raised=own.window.raise_(), code=own.access.code())


@api.route("POST", "/quit", errors=(ErrorKind.CONFLICT,))
def quit_program() -> Response:
    """End the program, where its page is in a browser and nothing else could end it.

    Runs in progress are kept, and go on at the next start.
    """
    window = parts().window
    if window is None or not window.may_quit:
        raise AppError(
            ErrorKind.CONFLICT,
            "This Roundtable is not ended by its page.",
            "Close its window, or end it where it was started.",
        )
    response = Response(status=204)
    response.call_on_close(window.quit)  # when it has been sent
    return response


def _window() -> Window:
    """Of the page that asks. Raises AppError(forbidden) where it is another page's."""
    window = parts().window
    if window is None or not identity().window:
        raise AppError(
            ErrorKind.FORBIDDEN,
            "Only the page in the program's own window may use it.",
            "Use what the browser has for this.",
        )
    return window
