"""Server-sent events: a relay of the session's tail."""

from __future__ import annotations

import json
import selectors
import socket
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Final

from flask import Response, request

from app.domain.events import Event
from app.errors import AppError, ErrorKind
from app.web.api import Api
from app.web.parts import identity, parts, session_of
from app.web.payloads import StreamQuery
from app.web.problems import FieldError

api = Api("stream")
_BEAT_EVERY: Final = 10  # empty batches, one a second: proxies and readers see that the connection lives
_BEAT: Final = ": beat\n\n"
# Milliseconds after which a browser comes back to a stream that ended.
_HELLO: Final = "retry: 1000\n\n"
_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_MOST_SEQ: Final = 2**53


@api.route(
    "GET",
    "/stream/<session_id>",
    query=StreamQuery,
    media="text/event-stream",
    errors=(ErrorKind.NOT_FOUND, ErrorKind.RATE_LIMITED),
)
def stream(session_id: str, query: StreamQuery) -> Response:
    """All events of a session, those to come too, as server-sent events.

    `id:` is the event's number and `data:` the event. A reader that comes back with `Last-Event-ID` (browsers
    do) gets every event once, in order. Comments keep the connection alive. The stream goes on until the
    reader closes it; a browser with more than four streams has its oldest ended, which resumes by itself.
    """
    session_of(session_id)
    with ExitStack() as held:
        ended = held.enter_context(parts().readers.reading(identity()))
        service = parts().service
        batches = service.batches(session_id, _after(query.after), ended.is_set)
        # The socket itself: WSGI has no way to tell that a reader is gone before something is written to it.
        gone = partial(_gone, request.environ.get("werkzeug.socket"))
        response = Response(_told(batches, gone), headers=_HEADERS, content_type="text/event-stream")
        # Werkzeug closes the response when the reader is gone, also where it never began to read.
        response.call_on_close(held.pop_all().close)
        return response


def _after(given: int) -> int:
    last = request.headers.get("Last-Event-ID", "")
    if not last:
        return given
    if not last.isascii() or not last.isdigit() or int(last[:20]) > _MOST_SEQ:
        raise FieldError("Last-Event-ID", "Last-Event-ID must be the number of an event.", "Leave it out.")
    return int(last)


def _gone(connection: socket.socket | None) -> bool:
    """Whether the reader has closed the connection; a reader of a stream has nothing more to send.

    None, as behind another server than ours: not known before something is written.
    """
    if connection is None:
        return False
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        return bool(selector.select(0)) and not connection.recv(1, socket.MSG_PEEK)


def _told(batches: Iterator[list[Event]], gone: Callable[[], bool]) -> Generator[str]:
    yield _HELLO
    quiet = 0
    try:
        for batch in batches:
            quiet = 0 if batch else quiet + 1
            if batch:
                yield "".join(f"id: {e.seq}\ndata: {json.dumps(e.envelope())}\n\n" for e in batch)
            elif gone():
                return
            elif quiet % _BEAT_EVERY == 0:
                yield _BEAT
    except AppError as error:
        if error.kind is not ErrorKind.NOT_FOUND:  # the session was deleted: nothing more will come
            raise
