"""Keeps keys out of what is written down: known ones from the log, also what looks like one from calls."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final, TypeVar, cast
from urllib.parse import quote

from pydantic import BaseModel
from typing_extensions import override

_MASK: Final = "[key]"
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
    return type(record).model_validate(_masked(record.model_dump(), known))


def _masked(value: Any, keys: Collection[str]) -> Any:
    if isinstance(value, str):
        return _without_shapes(redacted(value, keys))
    if isinstance(value, Mapping):
        named = cast(Mapping[str, Any], value)
        return {name: _masked(part, keys) for name, part in named.items()}
    if isinstance(value, list | tuple):
        return [_masked(part, keys) for part in cast(Collection[Any], value)]
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
