"""Routes about model calls: what was sent, what came back, and what it took."""

from __future__ import annotations

import re
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from app.domain.calls import CallTexts, KeptCall, no_call
from app.errors import ErrorKind
from app.web.api import Api
from app.web.parts import parts, session_of

api = Api("calls")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")


class CallsQuery(BaseModel):
    """run_id, turn: only those of this run, or turn of it."""

    model_config = ConfigDict(extra="forbid")

    run_id: str | None = Field(default=None, pattern=r"^[0-9a-f]{1,32}$")
    turn: int | None = Field(default=None, ge=1)


class CallsReply(BaseModel):
    """In order. Those of turns that were rewound are there, with counts = false."""

    calls: list[KeptCall]


class CallReply(BaseModel):
    """sent: null where the texts were dropped, since the session holds too much."""

    call: KeptCall
    sent: CallTexts | None


@api.route(
    "GET", "/sessions/<session_id>/calls", query=CallsQuery, reply=CallsReply, errors=(ErrorKind.NOT_FOUND,)
)
def list_calls(session_id: str, query: CallsQuery) -> CallsReply:
    """The session's model calls, without their texts."""
    session_of(session_id)
    return CallsReply(calls=parts().store.calls(session_id, query.run_id, query.turn))


@api.route("GET", "/sessions/<session_id>/calls/<number>", reply=CallReply, errors=(ErrorKind.NOT_FOUND,))
def show_call(session_id: str, number: str) -> CallReply:
    """One model call: the prompt as sent, the parameters and the answer. Known keys are masked."""
    session_of(session_id)
    if not _NUMBER.fullmatch(number):
        raise no_call(number)
    call, sent = parts().store.call(session_id, int(number))
    return CallReply(call=call, sent=sent)
