"""Takes secrets and personal paths out of what is exported, and counts what it took.

Known keys go first, then what looks like a secret. A key may be split over the pieces of a stream, so these
are read together: https://github.com/Yelp/detect-secrets knows the shapes of most services' keys.
"""

from __future__ import annotations

import importlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.domain.artifacts import Artifact, SourceFile
from app.domain.events import Event, EventType

_STREAMED: Final = (EventType.MESSAGE_DELTA, EventType.REASONING_DELTA)
_DETECTORS: Final = (
    "aws.AWSKeyDetector", "azure_storage_key.AzureStorageKeyDetector", "basic_auth.BasicAuthDetector",
    "discord.DiscordBotTokenDetector", "github_token.GitHubTokenDetector", "gitlab_token.GitLabTokenDetector",
    "jwt.JwtTokenDetector", "npm.NpmDetector", "openai.OpenAIDetector", "pypi_token.PypiTokenDetector",
    "sendgrid.SendGridDetector", "slack.SlackDetector", "stripe.StripeDetector",
    "telegram_token.TelegramBotTokenDetector", "twilio.TwilioKeyDetector",
)  # fmt: skip
_SHAPES: Final = (
    r"\bsk-[A-Za-z0-9_-]{16,}",  # most providers of models
    r"\bAIza[A-Za-z0-9_-]{30,}",
    r"\bhf_[A-Za-z0-9]{20,}",
    r"(?i)(?<=\bbearer )[a-z0-9._~+/=-]{16,}",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
)
# Folders of users; one that is only called `home` within another path is none.
_HOMES: Final = (
    r"(?:(?:(?<=file://)|(?<![\w./\\~-]))/(?:home|Users)/|\b[A-Za-z]:(?:\\{1,2}|/)Users(?:\\{1,2}|/))"
    r"[^\s/\\\"'`<>|:;,()\[\]{}]+"
)
_Span = tuple[int, int, str]  # from, to, kind


class Redactor:
    """`taken` counts what was replaced so far, by kind: key, secret, path, name.

    keys: known ones. paths: whether folders of users are replaced as well. names: of people and machines,
    which are replaced where they stand as words.
    """

    MASKS: Final = {"key": "[key]", "secret": "[secret]", "path": "~", "name": "[name]"}

    def __init__(self, keys: Iterable[str], *, paths: bool = False, names: Iterable[str] = ()) -> None:
        self.taken: Counter[str] = Counter()
        known = sorted({key for key in keys if key}, key=len, reverse=True)
        found = [("key", re.escape(key)) for key in known]
        found += [("secret", shape) for shape in _shapes()]
        if paths:
            own = str(Path.home())
            found += [("path", re.escape(own) + r"(?![\w.-])")] if len(own) > 1 else []
            found.append(("path", _HOMES))
        found += [("name", rf"(?i)(?<![^\W_]){re.escape(name)}(?![^\W_])") for name in names if name]
        self._patterns = [(kind, re.compile(pattern)) for kind, pattern in found]

    def text(self, given: str) -> str:
        """The text without what must not leave."""
        return self._cut([given])[0]

    def value(self, given: Any) -> Any:
        """The same for every text within a JSON value."""
        match given:
            case str():
                return self.text(given)
            case list():
                return [self.value(each) for each in given]  # pyright: ignore[reportUnknownVariableType]
            case dict():
                return {self.text(str(k)): self.value(v) for k, v in given.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            case _:
                return given

    def events(self, given: Sequence[Event]) -> list[Event]:
        """Events with the same numbers; what was streamed in pieces is looked at as a whole."""
        said = {event.seq: event.message for event in given}
        for stream in _streams(given):
            seqs = [event.seq for event in stream]
            said |= dict(zip(seqs, self._cut([said[seq] for seq in seqs]), strict=True))
        return [
            event.model_copy(
                update={
                    "message": said[event.seq] if event.type in _STREAMED else self.text(event.message),
                    "data": self.value(event.data),
                }
            )
            for event in given
        ]

    def artifact(self, given: Artifact) -> Artifact:
        """Files with the same paths; one that held a secret has other bytes then."""
        return Artifact.of(SourceFile(path=f.path, content=self.text(f.content)) for f in given.files)

    def _cut(self, pieces: Sequence[str]) -> list[str]:
        """The pieces of one text. A mask stands in the piece in which what it hides begins."""
        spans = self._spans("".join(pieces))
        self.taken.update(kind for _, _, kind in spans)
        if not spans:
            return list(pieces)
        cut: list[str] = []
        start = 0
        for piece in pieces:
            cut.append("".join(self._left_of(piece, start, spans)))
            start += len(piece)
        return cut

    def _left_of(self, piece: str, start: int, spans: Sequence[_Span]) -> Iterator[str]:
        at, end = start, start + len(piece)
        for first, last, kind in spans:
            if last <= at or first >= end:
                continue
            yield piece[at - start : max(first - start, at - start)]
            if first >= start:
                yield self.MASKS[kind]
            at = min(last, end)
        yield piece[at - start :]

    def _spans(self, text: str) -> list[_Span]:
        """What is replaced, in order; what overlaps becomes one, of the kind that comes first."""
        found = sorted(
            (match.start(), -match.end(), rank, kind)
            for rank, (kind, pattern) in enumerate(self._patterns)
            for match in pattern.finditer(text)
            if match[0]
        )
        merged: list[_Span] = []
        for first, negative_last, _, kind in found:
            if merged and first < merged[-1][1]:
                before = merged[-1]
                merged[-1] = (before[0], max(before[1], -negative_last), before[2])
            else:
                merged.append((first, -negative_last, kind))
        return merged


def _streams(given: Sequence[Event]) -> Iterable[list[Event]]:
    streams: defaultdict[tuple[object, ...], list[Event]] = defaultdict(list)
    for event in given:
        if event.type in _STREAMED:
            streams[event.run_id, event.turn, event.epoch, event.type].append(event)
    return streams.values()


@cache
def _shapes() -> tuple[str, ...]:
    """detect-secrets has no types; imported when something is exported."""
    shapes = list(_SHAPES)
    for name in _DETECTORS:
        module, _, detector = name.partition(".")
        plugin: Any = getattr(importlib.import_module(f"detect_secrets.plugins.{module}"), detector)
        shapes += [_with_flags(regex) for regex in plugin.denylist]
    return tuple(shapes)


def _with_flags(regex: re.Pattern[str]) -> str:
    flags = "i" if regex.flags & re.IGNORECASE else ""
    return f"(?{flags}:{regex.pattern})"
