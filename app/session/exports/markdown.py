"""A session as Markdown. What agents and users said is quoted, so that none of it becomes structure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from app.domain.artifacts import SourceFile
from app.domain.findings import CheckResult
from app.domain.projection import TurnView
from app.session.exports.content import Content
from app.session.exports.story import (
    RunStory,
    VersionStory,
    redaction_words,
    reveal,
    tell,
    verdict_words,
)

_TICKS = re.compile(r"`+")
_FENCE = re.compile(r"(`{3,}(?=[^`]*$)|~{3,})(.*)")
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~])")


def as_markdown(content: Content) -> str:
    """One document for the whole session."""
    return "\n\n".join(_blocks(content)) + "\n"


def _blocks(content: Content) -> Iterator[str]:
    session = content.session
    yield f"# {_inline(session.title)}"
    yield f"Session {session.id}, {session.language}, {session.created:%Y-%m-%d %H:%M} UTC."
    if words := redaction_words(content):
        yield words
    for run in tell(content):
        yield from _run(run)


def _run(run: RunStory) -> Iterator[str]:
    yield f"## Run {run.number}"
    yield "### Request"
    yield _quoted(run.request.get("requirements", ""))
    if examples := run.request.get("examples"):
        yield "Examples:"
        yield _fenced("\n".join(examples))
    if names := [f["name"] for key in ("context", "tests") for f in run.request.get(key, ())]:
        yield f"Files given: {', '.join(_inline(name) for name in names)}"
    for turn in run.turns:
        yield from _turn(turn)
    for version in run.versions:
        yield from _version(version)
    for decision in run.decisions:
        yield f"**Decision:** {_inline(decision.message)}"
    yield f"**End:** {_inline(run.end)}"


def _turn(turn: TurnView) -> Iterator[str]:
    model = " ".join(str(turn.started.data.get(key) or "") for key in ("provider", "model")).strip()
    seconds = f", {turn.seconds:.1f} s" if turn.seconds else ""
    yield f"### Turn {turn.turn}: {_inline(turn.agent)}"
    yield f"{_inline(model) or 'no model'}{seconds}"
    if turn.text.strip():
        yield _quoted(turn.text)


def _version(version: VersionStory) -> Iterator[str]:
    yield f"### Version {version.number}"
    kept = "kept" if version.kept else f"not kept{f': {version.reason}' if version.reason else ''}"
    yield f"By {_inline(version.agent)}, {_inline(kept)}. SHA-256 `{version.hash}`."
    yield f"**{_inline(verdict_words(version))}**"
    if version.report:
        for result in version.report.results:
            yield from _evidence(result)
    for file in version.artifact.files if version.artifact else ():
        yield from _file(file)


def _evidence(result: CheckResult) -> Iterator[str]:
    if result.evidence and result.status.value == "fail":
        yield f"{_inline(result.name)} failed:"
        yield _fenced(result.evidence)
    for found in result.findings:
        place = f"{found.path}:{found.line}" if found.line else found.path
        yield f"- {found.severity.value} {_inline(f'{place} {found.text} ({found.rule})')}"


def _file(file: SourceFile) -> Iterator[str]:
    yield f"#### {_inline(file.path)}"
    yield _fenced(file.content, file.path.rpartition(".")[2] if "." in file.path else "")


def _fenced(text: str, language: str = "") -> str:
    """A fence longer than any in the text."""
    longest = max((len(ticks) for ticks in _TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{re.sub(r'[^0-9A-Za-z+-]', '', language)}\n{reveal(text).rstrip()}\n{fence}"


def _quoted(text: str) -> str:
    """As it was written, one level down: a fence or a heading in it ends with the quotation."""
    return "\n".join(f"> {line}" for line in _without_tags(reveal(text).strip().split("\n")))


def _without_tags(lines: Iterable[str]) -> Iterator[str]:
    """No line is markup of HTML; within fences that are not indented, where none is, code stays as it is."""
    fence = ""
    for line in lines:
        found = _FENCE.fullmatch(line)
        if fence:
            closes = found and found[1].startswith(fence) and not found[2].strip()
            fence = "" if closes else fence
            yield line
        elif found:
            fence = found[1]
            yield line
        else:
            yield line.replace("<", "\\<")


def _inline(text: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(reveal(text).split()))
