"""Keeps keys out of what is written down.

Known ones leave the log, what models say and what is stored; from recorded calls also what looks like one.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final, TypeVar, cast
from urllib.parse import quote

from pydantic import BaseModel
from typing_extensions import override

_MASK: Final = "[key]"
# Shorter ones are no secrets but words, e.g. EMPTY for a server that wants none, and code is full of those.
_LEAST: Final = 12
# What services' keys look like; the first group, where there is one, stays.
_SHAPES: Final = tuple(
    re.compile(shape)
    for shape in (
        r"\b(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}",
        r"\bgh[pousr]_[A-Za-z0-9]{36,}",
        r"\bgithub_pat_[A-Za-z0-9_]{22,}",
        r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
        r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
        r"\bAIza[0-9A-Za-z_-]{35}",
        r"(?i)(\bbearer\s+)[A-Za-z0-9._~+/-]{16,}=*",
        r"(?i)([?&](?:api[_-]?key|key|token|access_token)=)[^&\s\"'<>]{8,}",
        r"(://[^/\s:@\"']{1,100}:)[^/\s@\"']{1,200}(?=@)",
        r"(-----BEGIN [A-Z ]*PRIVATE KEY-----)[^-]+(?=-----END)",
    )
)
_Model = TypeVar("_Model", bound=BaseModel)


def redacted(text: str, keys: Iterable[str]) -> str:
    """The text with each key replaced, longest first, so that no rest of a longer one is left."""
    for key in sorted(keys, key=len, reverse=True):
        text = text.replace(key, _MASK)
    return text


def masked(record: _Model, keys: Collection[str]) -> _Model:
    """The record with known keys replaced in all of its texts, and whatever looks like a key."""
    known = {*keys, *(quote(key, safe="") for key in keys)}

    def mask(text: str) -> str:
        return _without_shapes(redacted(text, known))

    return type(record).model_validate(_each_text(record.model_dump(), mask))


def without_keys(value: Any, keys: Collection[str]) -> Any:
    """A JSON value with the known keys of 12 and more characters replaced in all of its texts."""
    long = {key for key in keys if len(key) >= _LEAST}
    return _each_text(value, lambda text: redacted(text, long)) if long else value


class StreamMask:
    """Replaces known keys of 12 and more characters in a text that comes in pieces.

    Holds back what may be the beginning of a key until it is known whether it is one.
    """

    def __init__(self, keys: Collection[str]) -> None:
        self._keys = sorted((key for key in keys if len(key) >= _LEAST), key=len, reverse=True)
        self._longest = len(self._keys[0]) if self._keys else 0
        self._any = re.compile("|".join(map(re.escape, self._keys)))
        self._held = ""

    def feed(self, piece: str) -> str:
        """What can be passed on after this piece."""
        if not self._keys:
            return piece
        text = self._held + piece
        cut = self._safe_length(text)
        self._held = text[cut:]
        return redacted(text[:cut], self._keys)

    def rest(self) -> str:
        """What was held back: no more comes."""
        rest, self._held = redacted(self._held, self._keys), ""
        return rest

    def _safe_length(self, text: str) -> int:
        """Up to where no key begins that the text does not hold whole."""
        whole = 0
        for found in self._any.finditer(text):
            if self._begins_key(text[found.start() :]):
                return found.start()
            whole = found.end()
        first = max(whole, len(text) - self._longest + 1)
        return next((at for at in range(first, len(text)) if self._begins_key(text[at:])), len(text))

    def _begins_key(self, end: str) -> bool:
        return any(len(end) < len(key) and key.startswith(end) for key in self._keys)


def _each_text(value: Any, mask: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        named = cast(Mapping[str, Any], value)
        return {name: _each_text(part, mask) for name, part in named.items()}
    if isinstance(value, list | tuple):
        return [_each_text(part, mask) for part in cast(Collection[Any], value)]
    return value


def _without_shapes(text: str) -> str:
    for shape in _SHAPES:
        text = shape.sub(lambda found: (found[1] if found.re.groups else "") + _MASK, text)
    return text


class KeyFilter(logging.Filter):
    """For a handler: replaces known keys in the message and the traceback of every record.

    keys: asked for each record, since keys come and go.
    """

    def __init__(self, keys: Callable[[], Iterable[str]]) -> None:
        super().__init__()
        self._keys = keys

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        keys = list(self._keys())
        if keys:
            record.msg, record.args = redacted(record.getMessage(), keys), None
            if record.exc_info and not record.exc_text:
                record.exc_text = logging.Formatter().formatException(record.exc_info)
            record.exc_text = record.exc_text and redacted(record.exc_text, keys)
        return True
