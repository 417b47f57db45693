"""Keeps known keys out of the log, whatever a library writes there."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Final

from typing_extensions import override

_MASK: Final = "[key]"


def redacted(text: str, keys: Iterable[str]) -> str:
    """The text with each key replaced, longest first, so that no rest of a longer one is left."""
    for key in sorted(keys, key=len, reverse=True):
        text = text.replace(key, _MASK)
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
