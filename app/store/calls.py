"""Model calls: what was sent and said, in pieces that are stored once however often they were sent.

A prompt repeats most of the one before it, since its shared part comes first. It is cut where the parts
of a brief begin, so that equal beginnings are equal pieces. How long: docs/decisions/0017-calls.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from app.domain.artifacts import sha256_hex
from app.domain.calls import CallMessage, CallRecord, CallTexts, KeptCall, no_call
from app.domain.claims import Claim
from app.domain.runs import Run
from app.store.blobs import drop_unneeded, get_blob, lock_blobs, store_blobs
from app.store.event_log import lock_session
from app.store.runs import lock_claim
from app.store.schema import blobs, call_parts, calls

_PART_BEGINS: Final = re.compile(r"(?<=\n\n)(?=# )")
_LEAST_PIECE: Final = 256
_ANSWER, _REASONING = ":answer", ":reasoning"  # no role of a message begins so
_COLUMNS: Final = {"round", "provider", "model", "started"}
_OWN: Final = {"options", "messages", "answer", "reasoning"}


@dataclass(frozen=True)
class CallBounds:
    """text: characters of one message or answer. stored: bytes, compressed, of the texts of one session.

    calls: those of one session that keep their texts.
    """

    text: int = 1_000_000
    stored: int = 32 << 20
    calls: int = 1000


CALL_BOUNDS: Final = CallBounds()


def record_calls(
    conn: Connection, claim: Claim, turn: int, records: Sequence[CallRecord], bounds: CallBounds
) -> bool:
    """Keep calls of a turn; whether the session now holds too much, see `drop_oldest`.

    Raises AppError(fenced).
    """
    lock_claim(conn, claim)
    first = _next_number(conn, claim.run.session_id)
    kept = [_taken_apart(record, bounds.text) for record in records]
    store_blobs(conn, (content for parts, _ in kept for _, _, content in parts))
    for number, (record, (parts, cut)) in enumerate(zip(records, kept, strict=True), first):
        own = {"session_id": claim.run.session_id, "number": number}
        conn.execute(insert(calls).values(**own, **_row(claim.run, turn, record, cut)))
        rows = [
            {**own, "position": at, "message": message, "role": role, "sha256": sha256_hex(content)}
            for at, (message, role, content) in enumerate(parts)
        ]
        conn.execute(insert(call_parts), rows)
    return _too_much(conn, claim.run.session_id, bounds)


def list_calls(conn: Connection, session_id: str, run_id: str | None, turn: int | None) -> list[KeptCall]:
    """A session's calls in order, without their texts; those of one run or turn where it is given."""
    query = select(calls).where(calls.c.session_id == session_id)
    if run_id is not None:
        query = query.where(calls.c.run_id == run_id)
    if turn is not None:
        query = query.where(calls.c.turn == turn)
    return [_kept(row) for row in conn.execute(query.order_by(calls.c.number)).mappings()]


def find_call(conn: Connection, session_id: str, number: int) -> tuple[KeptCall, CallTexts | None]:
    """One call; its texts are None where they were dropped. Raises AppError(not_found)."""
    query = select(calls).where(calls.c.session_id == session_id, calls.c.number == number)
    row = conn.execute(query).mappings().one_or_none()
    if row is None:
        raise no_call(number)
    return _kept(row), None if row["options"] is None else _texts(conn, row)


def drop_calls_after(conn: Connection, run_id: str, turn: int) -> None:
    """Calls of later turns count no more; they stay in the table, as the turns do."""
    later = update(calls).where(calls.c.run_id == run_id, calls.c.turn > turn)
    conn.execute(later.values(counts=False))


def copy_calls(conn: Connection, source: Run, target: Run, turn: int) -> None:
    """The calls of `source` that count, up to the end of `turn`, as the first of a new session."""
    query = select(calls).where(calls.c.run_id == source.id, calls.c.turn <= turn, calls.c.counts)
    rows = list(conn.execute(query.order_by(calls.c.number)).mappings())
    for number, row in enumerate(rows, 1):
        own = {"session_id": target.session_id, "number": number}
        conn.execute(insert(calls).values({**row, **own, "run_id": target.id}))
        parts = [{**part, **own} for part in _parts(conn, row)]
        if parts:
            conn.execute(insert(call_parts), parts)


def _next_number(conn: Connection, session_id: str) -> int:
    newest = select(func.max(calls.c.number)).where(calls.c.session_id == session_id)
    return (conn.execute(newest).scalar() or 0) + 1


def _row(run: Run, turn: int, record: CallRecord, cut: int) -> dict[str, Any]:
    facts = record.model_dump(mode="json", exclude=_COLUMNS | _OWN)
    extras = {str(at): m.extra for at, m in enumerate(record.messages) if m.extra}
    return {
        "run_id": run.id,
        "turn": turn,
        "epoch": run.epoch,
        **{name: getattr(record, name) for name in _COLUMNS},
        "facts": facts,
        "options": {"options": record.options, "extras": extras, "cut": cut},
    }


def _taken_apart(record: CallRecord, most: int) -> tuple[list[tuple[int, str, bytes]], int]:
    """Pieces of all texts, as (message, role, content), and how many characters were left out."""
    texts = [(at, m.role, m.content) for at, m in enumerate(record.messages)]
    texts += [(len(texts), _ANSWER, record.answer), (len(texts) + 1, _REASONING, record.reasoning)]
    parts = [
        (message, role, piece.encode(errors="replace"))
        for message, role, text in texts
        for piece in _pieces(text[:most])
    ]
    return parts, sum(max(0, len(text) - most) for _, _, text in texts)


def _pieces(text: str) -> list[str]:
    """Together the text; a piece ends where a part of the brief begins, unless it would be tiny."""
    found, start = list[str](), 0
    for begin in _PART_BEGINS.finditer(text):
        if begin.start() - start >= _LEAST_PIECE:
            found.append(text[start : begin.start()])
            start = begin.start()
    return [*found, text[start:]]


def _kept(row: RowMapping) -> KeptCall:
    columns = {name: row[name] for name in KeptCall.model_fields if name in row}
    return KeptCall(**{**row["facts"], **columns}, texts=row["options"] is not None)


def _parts(conn: Connection, row: RowMapping) -> Sequence[RowMapping]:
    query = select(call_parts).where(
        call_parts.c.session_id == row["session_id"], call_parts.c.number == row["number"]
    )
    return conn.execute(query.order_by(call_parts.c.position)).mappings().all()


def _texts(conn: Connection, row: RowMapping) -> CallTexts:
    joined = [
        (role, "".join(get_blob(conn, part["sha256"]).decode() for part in parts))
        for (_, role), parts in groupby(_parts(conn, row), lambda part: (part["message"], part["role"]))
    ]
    said, extras = dict(joined), row["options"]["extras"]
    prompt = [(role, text) for role, text in joined if role not in (_ANSWER, _REASONING)]
    return CallTexts(
        options=row["options"]["options"],
        messages=tuple(
            CallMessage(role=role, content=text, extra=extras.get(str(at), {}))
            for at, (role, text) in enumerate(prompt)
        ),
        answer=said[_ANSWER],
        reasoning=said[_REASONING],
        cut=row["options"]["cut"],
    )


def drop_oldest(conn: Connection, session_id: str, bounds: CallBounds) -> None:
    """Take the texts of the oldest calls away until the session is within its bounds; never the newest's."""
    lock_session(conn, session_id)
    lock_blobs(conn)
    for number in _with_texts(conn, session_id)[:-1]:
        if not _too_much(conn, session_id, bounds):
            return
        _drop_texts(conn, session_id, number)


def _too_much(conn: Connection, session_id: str, bounds: CallBounds) -> bool:
    many = len(_with_texts(conn, session_id)) > bounds.calls
    return many or stored_bytes(conn, session_id) > bounds.stored


def _with_texts(conn: Connection, session_id: str) -> list[int]:
    query = select(calls.c.number).where(calls.c.session_id == session_id, calls.c.options.is_not(None))
    return list(conn.execute(query.order_by(calls.c.number)).scalars())


def stored_bytes(conn: Connection, session_id: str) -> int:
    """Bytes of the texts of a session's calls, compressed, each piece counted once."""
    needed = select(call_parts.c.sha256).where(call_parts.c.session_id == session_id)
    total = select(func.sum(func.length(blobs.c.compressed))).where(blobs.c.sha256.in_(needed))
    return conn.execute(total).scalar() or 0


def _drop_texts(conn: Connection, session_id: str, number: int) -> None:
    own = (call_parts.c.session_id == session_id, call_parts.c.number == number)
    hashes = list(conn.execute(select(call_parts.c.sha256).where(*own).distinct()).scalars())
    conn.execute(call_parts.delete().where(*own))
    dropped = update(calls).where(calls.c.session_id == session_id, calls.c.number == number)
    conn.execute(dropped.values(options=None))
    drop_unneeded(conn, hashes)
