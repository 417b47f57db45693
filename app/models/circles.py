"""Notices that a model repeats itself without end, as small ones do: nothing better would come."""

from __future__ import annotations

import re
from typing import Final

_TAIL: Final = 8_000  # characters looked at
_LEAST: Final = 1_500  # characters that have to be copies of one piece
_LEAST_COUNTED: Final = 2_500  # the same where the copies differ in their numbers, as tables may
_COPIES: Final = 5
_ANCHOR: Final = 64  # shorter pieces count several times over
_NUMBER: Final = re.compile(r"\d+")


def goes_in_circles(text: str) -> bool:
    """Whether the text ends in five or more copies of one piece, 1,500 characters or more altogether, or
    2,500 of copies that differ in nothing but their numbers.

    Shorter runs are ordinary code: tables of values, cases of a switch.
    """
    tail = text[-_TAIL:]
    return _ends_in_copies(tail, _LEAST) or _ends_in_copies(_NUMBER.sub("0", tail), _LEAST_COUNTED)


def _ends_in_copies(tail: str, least: int) -> bool:
    anchor = tail[-_ANCHOR:]
    before = tail.rfind(anchor, 0, -1)
    # A piece may hold smaller ones that come back, so every place counts where the same end stood before.
    while len(anchor) == _ANCHOR and before >= 0:
        if _is_periodic(tail, len(tail) - _ANCHOR - before, least):
            return True
        before = tail.rfind(anchor, 0, before + _ANCHOR - 1)
    return False


def _is_periodic(tail: str, period: int, least: int) -> bool:
    length = period * max(_COPIES, -(-least // period))
    return length <= len(tail) and tail[-length:-period] == tail[-(length - period) :]
