"""Socket.IO: the same events as the streams, over one connection that carries any number of sessions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from flask import request
from flask_socketio import SocketIO
from pydantic import BaseModel, Field, ValidationError

from app.errors import AppError, ErrorKind
from app.web.parts import Parts, identity, session_of
from app.web.payloads import SessionBody
from app.web.problems import of_validation, problem

if TYPE_CHECKING:
    from flask import Flask

_MOST_MESSAGE: Final = 100_000  # bytes; all that a client has to say is which session it follows
_MOST_FOLLOWED: Final = 50  # sessions by one connection
_MOST_QUEUED: Final = 500  # packets: a slow reader is waited for, its events stay in the log
_LOOK_SECONDS: Final = 0.02
_EVERYBODYS: Final = "everybody's"  # the room of those who see the sessions of all owners


_Body = TypeVar("_Body", bound=BaseModel)


class FollowBody(SessionBody):
    """after: only events with a higher number."""

    after: int = Field(default=0, ge=0, le=2**53)


class Relay:
    """Sends one session's events to one connection, from a thread of its own.

    queued: packets that wait for the connection. send: sends an event of Socket.IO.
    """

    def __init__(self, parts: Parts, send: Callable[[str, object], None], queued: Callable[[], int]) -> None:
        self._parts = parts
        self._send = send
        self._queued = queued
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def follow(self, session_id: str, after: int, before: Relay | None) -> None:
        """Begin, once the relay that this one replaces is done."""
        self._thread = threading.Thread(
            target=self._relay, args=(session_id, after, before), name=f"relay-{session_id}", daemon=True
        )
        self._thread.start()

    def end(self) -> None:
        """Send nothing more; returns at once."""
        self._ended.set()

    def join(self) -> None:
        """Wait until nothing more is sent."""
        if self._thread is not None:
            self._thread.join()

    def _relay(self, session_id: str, after: int, before: Relay | None) -> None:
        if before is not None:
            before.join()
        try:
            for batch in self._parts.service.batches(session_id, after, self._ended.is_set):
                for event in batch:
                    while self._queued() > _MOST_QUEUED and not self._ended.wait(_LOOK_SECONDS):
                        pass
                    if self._ended.is_set():
                        return
                    self._send("event", event.envelope())
        except AppError as error:
            if error.kind is not ErrorKind.NOT_FOUND:
                raise
            self._send("gone", {"session_id": session_id})


class Sockets:
    """The Socket.IO server of an application. The guard has checked every connection before it comes here."""

    def __init__(self, app: Flask, parts: Parts) -> None:
        self._parts = parts
        self._lock = threading.Lock()
        self._relays: dict[str, dict[str, Relay]] = {}
        # Origins are the guard's business: an empty list switches the library's own check off.
        # The library has no types of its own.
        self._io: Any = SocketIO(
            app,
            async_mode="threading",
            cors_allowed_origins=[],
            manage_session=False,
            max_http_buffer_size=_MOST_MESSAGE,
            ping_interval=15,
            ping_timeout=15,
        )
        self._io.on_event("connect", self._connect)
        self._io.on_event("disconnect", self._disconnect)
        self._io.on_event("follow", self._follow)
        self._io.on_event("unfollow", self._unfollow)

    def tell(self, name: str, data: object) -> None:
        """To all connections."""
        self._io.emit(name, data)

    def changed(self, owner: str) -> None:
        """To all who see the sessions of this owner: their list has changed."""
        self._io.emit("changed", {}, to=[_room(owner), _EVERYBODYS])

    def close(self) -> None:
        """End all relays."""
        with self._lock:
            relays = [relay for own in self._relays.values() for relay in own.values()]
        for relay in relays:
            relay.end()

    def _connect(self, _auth: object = None) -> None:
        with self._lock:
            self._relays[_sid()] = {}
        sees = identity().sees
        for room in [_EVERYBODYS] if sees is None else map(_room, sees):
            self._io.server.enter_room(_sid(), room)

    def _disconnect(self, _reason: object = None) -> None:
        with self._lock:
            own = self._relays.pop(_sid(), {})
        for relay in own.values():
            relay.end()

    def _follow(self, data: object = None) -> dict[str, object]:
        """Acknowledged with `{ok, last_seq}` or `{error}`."""
        try:
            body = _checked(FollowBody, data)
            session_of(body.session_id, identity())
            last = self._parts.store.last_seq(body.session_id)
            self._begin(_sid(), body)
        except AppError as error:
            return {"ok": False, "error": problem(error)}
        return {"ok": True, "last_seq": last}

    def _unfollow(self, data: object = None) -> dict[str, object]:
        try:
            body = _checked(SessionBody, data)
        except AppError as error:
            return {"ok": False, "error": problem(error)}
        with self._lock:
            relay = self._relays.get(_sid(), {}).pop(body.session_id, None)
        if relay is not None:
            relay.end()
        return {"ok": True}

    def _begin(self, sid: str, body: FollowBody) -> None:
        def send(name: str, data: object) -> None:
            self._io.emit(name, data, to=sid)

        relay = Relay(self._parts, send, self._queue_of(sid))
        with self._lock:
            own = self._relays.get(sid)
            if own is None:  # gone in the meantime
                return
            if len(own) >= _MOST_FOLLOWED and body.session_id not in own:
                raise AppError(
                    ErrorKind.RATE_LIMITED,
                    f"This connection follows {_MOST_FOLLOWED} sessions, and no more may be.",
                    "Send `unfollow` for one.",
                )
            before, own[body.session_id] = own.get(body.session_id), relay
        if before is not None:
            before.end()
        relay.follow(body.session_id, body.after, before)

    def _queue_of(self, sid: str) -> Callable[[], int]:
        """How many packets wait to be sent to a connection; 0 once it is gone."""
        server = self._io.server
        transport = server.manager.eio_sid_from_sid(sid, "/")

        def queued() -> int:
            connection = server.eio.sockets.get(transport)
            return connection.queue.qsize() if connection is not None else 0

        return queued


def _room(owner: str) -> str:
    return f"owner {owner}"


def _sid() -> str:
    """The connection's id, which the library puts on the request."""
    return str(getattr(request, "sid"))  # noqa: B009 - it is not in Flask's own types


def _checked(model: type[_Body], data: object) -> _Body:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise of_validation(error, model) from error
