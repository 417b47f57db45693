"""The route of a session's log in sections, as the page reads it."""

from __future__ import annotations

from flask import Response

from app.errors import ErrorKind
from app.web.api import JSON, Api
from app.web.log_payloads import LogQuery, LogReply
from app.web.parts import parts, session_of

api = Api("log")


@api.route("GET", "/sessions/<session_id>/log", query=LogQuery, reply=LogReply, errors=(ErrorKind.NOT_FOUND,))
def show_log(session_id: str, query: LogQuery) -> Response:
    """The session's last turns, or those before an event: from its end backwards.

    As short as it can be told: pieces of a message that is complete are left out, others are joined to one.
    Of what came before the section, its spine is told: beginnings and ends of runs, beginnings of turns,
    gates. The sections' own events, put in order, fold to what all events fold to. What comes later is read
    from the stream, or followed, after the first section's `last`.
    """
    session_of(session_id)
    section = parts().store.section(session_id, query.before, query.turns)
    # Written as the events are: checking each of them again takes longer than reading them.
    events = ",".join(event.model_dump_json() for event in section.events)
    body = f'{{"events":[{events}],"first":{section.first},"last":{section.last}}}'
    return Response(body, content_type=JSON)
