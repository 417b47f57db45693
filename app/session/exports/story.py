"""A session in the order in which it is read: requests, turns, versions with their proof, decisions, ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.artifacts import Artifact
from app.domain.events import Event, EventType
from app.domain.findings import CheckReport
from app.domain.projection import RunView, TurnView, fold
from app.session.exports.content import Content

# As in ui/js/helpers/reveal.js: characters that reorder or hide the text around them, or show nothing; and
# lone surrogates, which no file can hold.
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e"
    r"\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
    r"|(?<=[\x20-\x7e])[\u200c\u200d]|[\u200c\u200d](?=[\x20-\x7e])"
)
_REDACTED = {"key": "known keys", "secret": "texts shaped like secrets", "path": "folders of users"}


@dataclass(frozen=True)
class VersionStory:
    """A version. artifact: None where its files were not kept. report: None where nothing was checked."""

    number: int
    agent: str
    hash: str
    kept: bool
    reason: str
    artifact: Artifact | None
    report: CheckReport | None


@dataclass(frozen=True)
class RunStory:
    """A run as it counts; what was rewound is left out."""

    number: int
    request: dict[str, Any]
    turns: Sequence[TurnView]
    versions: Sequence[VersionStory]
    decisions: Sequence[Event]
    end: str


def tell(content: Content) -> list[RunStory]:
    """The runs of a session, in order."""
    return [_run(view, content) for view in fold(content.events).values() if view.created]


def redaction_words(content: Content) -> str:
    """What was taken out, as a sentence; empty where nothing was."""
    told = [f"{count} {_REDACTED[kind]}" for kind, count in sorted(content.redacted.items())]
    return f"Taken out before the export: {', '.join(told)}." if told else ""


def reveal(text: str) -> str:
    """Text with its hidden characters made visible, e.g. `[U+202E]`."""
    return _HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text.replace("\r\n", "\n"))


def verdict_words(version: VersionStory) -> str:
    """E.g. `verified: syntax passed, examples 3/3 passed`."""
    if version.report is None:
        return "unchecked"
    return f"{version.report.verdict.value.replace('_', ' ')}: {version.report.summary()}"


def _run(view: RunView, content: Content) -> RunStory:
    request = view.created.data if view.created else {}
    turns = list(view.turns.values())
    versions = {
        (event.data["version"], event.data["artifact_hash"]): _version(view, turn, event, content)
        for turn in turns
        for event in turn.versions
    }
    end = str(view.finished.data.get("status", "")) if view.finished else ""
    if not end:
        end = "waiting for a decision" if view.gate else "not finished"
    return RunStory(
        int(request.get("number", 1)), request, turns, list(versions.values()), view.decisions, end
    )


def _version(view: RunView, turn: TurnView, event: Event, content: Content) -> VersionStory:
    hash_ = event.data["artifact_hash"]
    return VersionStory(
        number=event.data["version"],
        agent=turn.agent,
        hash=hash_,
        kept=event.type is EventType.ARTIFACT_PROPOSED,
        reason=event.data.get("reason", ""),
        artifact=content.artifacts.get(hash_),
        report=content.reports.get((view.run_id, hash_)),
    )
