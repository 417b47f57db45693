"""Notices that a model repeats itself without end, as small ones do: nothing better would come."""

from __future__ import annotations

from typing import Final

_TAIL: Final = 4_000  # characters looked at
_LEAST: Final = 1_500  # characters that have to be copies of one piece
_COPIES: Final = 5
_ANCHOR: Final = 64  # shorter pieces count several times over


def goes_in_circles(text: str) -> bool:
    """Whether the text ends in five or more copies of one piece, 1,500 characters or more altogether.

    Shorter runs are ordinary code: tables of values, cases of a switch.
    """
    tail = text[-_TAIL:]
    anchor = tail[-_ANCHOR:]
    before = tail.rfind(anchor, 0, -1)
    # A piece may hold smaller ones that come back, so every place counts where the same end stood before.
    while len(anchor) == _ANCHOR and before >= 0:
        if _is_periodic(tail, len(tail) - _ANCHOR - before):
            return True
        before = tail.rfind(anchor, 0, before + _ANCHOR - 1)
    return False


def _is_periodic(tail: str, period: int) -> bool:
    length = period * max(_COPIES, -(-_LEAST // period))
    return length <= len(tail) and tail[-length:-period] == tail[-(length - period) :]
