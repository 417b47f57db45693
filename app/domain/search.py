"""What a search over all sessions finds: sessions, and the places in them that hold the words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.runs import Session


class HitKind(StrEnum):
    """What holds the words. `file`: code of a version, or a file that was given; its name counts as well."""

    REQUIREMENTS = "requirements"
    MESSAGE = "message"
    FEEDBACK = "feedback"
    FINDING = "finding"
    FILE = "file"


@dataclass(frozen=True)
class Piece:
    """A stretch of an excerpt. match: it is one of the words looked for."""

    text: str
    match: bool


@dataclass(frozen=True)
class Hit:
    """A place in a session, with the words in their surroundings.

    seq: number of the event that tells it. turn: None for what belongs to no turn, e.g. the request.
    path, line: of the file, empty and None for other kinds; line is None where its name matches.
    artifact_hash: of the first version with that file; empty for a file that was given.
    """

    kind: HitKind
    run_id: str
    turn: int | None
    seq: int
    agent: str
    path: str
    line: int | None
    artifact_hash: str
    excerpt: tuple[Piece, ...]


@dataclass(frozen=True)
class Found:
    """A session with its best hits. title: whether its title holds the words. more: how many other hits."""

    session: Session
    title: bool
    hits: tuple[Hit, ...]
    more: int
