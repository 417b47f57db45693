"""Search over all sessions and all that is in them: every word must stand in the title or in one place."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Float,
    Label,
    Row,
    Select,
    case,
    column,
    func,
    literal_column,
    select,
    table,
    text,
)

from app.domain.runs import Session
from app.domain.search import Found, Hit, HitKind, Piece
from app.store.database import Database
from app.store.schema import sessions
from app.store.search_index import TRIGRAMS, entries, has_trigrams, index_piece, outdated
from app.store.sessions import visible_sessions
from app.store.texts import folded

MAX_QUERY: Final = 200
_MOST_WORDS: Final = 10
_HITS: Final = 4  # shown of a session
_AROUND: Final = 70  # characters before and after the first word of an excerpt
_TRIGRAM: Final = 3
_AT_ONCE: Final = 100  # sessions that are looked up together
PATIENCE: Final = 1.0  # seconds for which a search waits for the index
# bm25 is below 0, the lower the better.
_WEIGHT: Final = {HitKind.REQUIREMENTS: 3.0, HitKind.FEEDBACK: 2.0, HitKind.MESSAGE: 1.5}


def catch_up(database: Database, seconds: float = math.inf, stop: Callable[[], bool] = lambda: False) -> bool:
    """Index what came since, the newest sessions first, for at most so long; whether all of it is.

    After each piece the database is left to others for as long as the piece took: a writer of another process
    does not queue for SQLite's lock but tries again now and then.
    """
    end = time.monotonic() + seconds
    while True:
        with database.read() as conn:
            waiting = outdated(conn, _AT_ONCE)
        if not waiting:
            return True
        for session_id in waiting:
            if time.monotonic() >= end or stop():
                return False
            with database.write() as conn:
                began = time.monotonic()
                index_piece(conn, session_id)
            time.sleep(time.monotonic() - began)


def search(conn: Connection, query: str, limit: int, owners: Collection[str] | None) -> list[Found]:
    """The best first: titles that hold all words, then sessions by the best place in them."""
    words = words_of(query)
    if not words:
        return []
    visible = _visible_ids(owners)
    titled = list(conn.execute(_by_title(visible, words).limit(limit)).scalars())
    places = _places(conn, visible, words, limit)
    ids = list(dict.fromkeys([*titled, *places]))[:limit]
    chosen = visible_sessions(owners).where(sessions.c.id.in_(ids))
    known = {row["id"]: Session.model_validate(row) for row in conn.execute(chosen).mappings()}
    return [
        Found(known[id_], id_ in titled, *_hits(conn, places.get(id_, []), words))
        for id_ in ids
        if id_ in known
    ]


def words_of(query: str) -> list[str]:
    """The words looked for; beyond the tenth they are passed over."""
    return list(dict.fromkeys(query[:MAX_QUERY].split()))[:_MOST_WORDS]


def _visible_ids(owners: Collection[str] | None) -> Select[str]:
    query = select(sessions.c.id)
    return query if owners is None else query.where(sessions.c.owner.in_(owners))


def _by_title(visible: Select[str], words: Sequence[str]) -> Select[str]:
    held = [sessions.c.folded.contains(folded(word), autoescape=True) for word in words]
    return visible.where(*held).order_by(sessions.c.updated.desc(), sessions.c.id)


def _places(
    conn: Connection, visible: Select[str], words: Sequence[str], limit: int
) -> dict[str, list[Row[Any]]]:
    """The best hits of the best sessions, by session; each row has the number of its session's hits."""
    matching = _matching(conn, words).where(entries.c.session_id.in_(visible)).subquery()
    mine = matching.c.session_id
    ranked = select(
        matching,
        func.row_number().over(partition_by=mine, order_by=[matching.c.rank, matching.c.seq]).label("place"),
        func.min(matching.c.rank).over(partition_by=mine).label("best"),
        func.count().over(partition_by=mine).label("many"),
    ).subquery()
    query = select(ranked).join(sessions, sessions.c.id == ranked.c.session_id)
    query = query.where(ranked.c.place <= _HITS)
    query = query.order_by(ranked.c.best, sessions.c.updated.desc(), ranked.c.session_id, ranked.c.place)
    found: dict[str, list[Row[Any]]] = {}
    for row in conn.execute(query.limit(limit * _HITS)):
        found.setdefault(row.session_id, []).append(row)
    return found


def _matching(conn: Connection, words: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """Entries that hold all words. Words too short for a trigram are looked for in the rows themselves."""
    long = [word for word in words if len(word) >= _TRIGRAM] if has_trigrams(conn) else []
    short = [word for word in words if word not in long]
    said = [entries.c.text.ilike(f"%{_escaped(word)}%", escape="\\") for word in short]
    weight = case(_WEIGHT, value=entries.c.kind, else_=1.0)
    shown = (entries.c.id, entries.c.session_id, entries.c.seq)
    if not long:
        return select(*shown, (-weight).label("rank")).where(*said)
    index = table(TRIGRAMS, column("rowid"))
    phrases = " AND ".join('"' + word.replace('"', '""') + '"' for word in long)
    rank: Label[float] = (literal_column(f"bm25({TRIGRAMS})", Float) * weight).label("rank")
    query = select(*shown, rank).select_from(index.join(entries, entries.c.id == index.c.rowid))
    return query.where(text(f"{TRIGRAMS} MATCH :phrases").bindparams(phrases=phrases), *said)


def _escaped(word: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", word)


def _hits(conn: Connection, rows: Sequence[Row[Any]], words: Sequence[str]) -> tuple[tuple[Hit, ...], int]:
    if not rows:
        return (), 0
    query = select(entries).where(entries.c.id.in_([row.id for row in rows]))
    known = {row.id: row for row in conn.execute(query)}
    return tuple(_hit(known[row.id], words) for row in rows), rows[0].many - len(rows)


def _hit(row: Row[Any], words: Sequence[str]) -> Hit:
    kind, line, said = HitKind(row.kind), None, row.text
    found = _pattern(words, said)
    first = found.search(said)
    at = first.start() if first else 0
    if kind is HitKind.FILE and (line := said.count("\n", 0, at) or None):
        at -= len(row.path) + 1  # the name stands above the content
        said = said[len(row.path) + 1 :]
    excerpt = tuple(_pieces(_around(said, at), found))
    return Hit(kind, row.run_id, row.turn, row.seq, row.agent, row.path, line, row.artifact_hash, excerpt)


def _pattern(words: Sequence[str], said: str) -> re.Pattern[str]:
    """What is marked: the words as they were written, one after the other; else each by itself."""
    phrase = re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE)
    if phrase.search(said):
        return phrase
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))), re.IGNORECASE)


def _around(said: str, at: int) -> str:
    start, end = max(0, at - _AROUND), at + 2 * _AROUND
    cut = " ".join(said[start:end].split())
    return f"{'…' if start else ''}{cut}{'…' if end < len(said) else ''}"


def _pieces(excerpt: str, found: re.Pattern[str]) -> Iterator[Piece]:
    done = 0
    for match in found.finditer(excerpt):
        if match.start() > done:
            yield Piece(excerpt[done : match.start()], match=False)
        yield Piece(match[0], match=True)
        done = match.end()
    if done < len(excerpt):
        yield Piece(excerpt[done:], match=False)
