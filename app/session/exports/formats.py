"""The formats that a session leaves in."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.domain.artifacts import safe_path
from app.session.exports.capsule import as_capsule
from app.session.exports.content import Content, gather
from app.session.exports.markdown import as_markdown
from app.session.exports.story import redaction_words
from app.session.exports.webpage import as_webpage
from app.session.ports import Store


class ExportFormat(StrEnum):
    """As commands and requests name them."""

    ZIP = "zip"
    MARKDOWN = "md"
    JSON = "json"
    HTML = "html"
    CAPSULE = "capsule"


@dataclass(frozen=True)
class Shape:
    """suffix: of the file, with its dot. media: type of its content."""

    suffix: str
    media: str
    make: Callable[[Content], bytes]


def export(store: Store, session_id: str, format_: ExportFormat, keys: Iterable[str]) -> bytes:
    """A session in a format. No key leaves in any; a capsule leaves without the folders of users, too.

    Raises AppError: not_found, too_large.
    """
    content = gather(store, session_id, keys, paths=format_ is ExportFormat.CAPSULE)
    return SHAPES[format_].make(content)


def as_json(content: Content) -> bytes:
    """All events and files as one object; its keys are the contract."""
    document = {
        "format": "roundtable-session",
        "version": 1,
        "session": content.session.model_dump(mode="json"),
        "redacted": dict(content.redacted),
        "events": [event.envelope() for event in content.events],
        "versions": [
            {
                "artifact_hash": hash_,
                "redacted": artifact.hash != hash_,
                "files": [{**file.model_dump(), "sha256": file.sha256} for file in artifact.files],
            }
            for hash_, artifact in content.artifacts.items()
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode(errors="replace")


def as_zip(content: Content) -> bytes:
    """`events.jsonl`, `run-N/<path>` of each approved run, `redacted.txt` where something was taken out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("events.jsonl", "".join(e.model_dump_json() + "\n" for e in content.events))
        if words := redaction_words(content):
            archive.writestr("redacted.txt", words + "\n")
        for number, hash_ in content.approved.items():
            for file in content.artifacts[hash_].files:
                archive.writestr(f"run-{number}/{safe_path(file.path)}", file.content)
    return packed.getvalue()


def _text(make: Callable[[Content], str]) -> Callable[[Content], bytes]:
    return lambda content: make(content).encode(errors="replace")


SHAPES: Final[dict[ExportFormat, Shape]] = {
    ExportFormat.ZIP: Shape("-session.zip", "application/zip", as_zip),
    ExportFormat.MARKDOWN: Shape(".md", "text/markdown; charset=utf-8", _text(as_markdown)),
    ExportFormat.JSON: Shape(".json", "application/json", as_json),
    ExportFormat.HTML: Shape(".html", "text/html; charset=utf-8", _text(as_webpage)),
    ExportFormat.CAPSULE: Shape(".rtcapsule", "application/vnd.roundtable.capsule+zip", as_capsule),
}
