"""Text from outside, as everything within relies on it."""

from __future__ import annotations

import re
from typing import Final

_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def tellable(text: str) -> str:
    """The text with U+FFFD for lone surrogates: JSON may hold them, but no UTF-8 can.

    Models write them, e.g. where a stream is cut within an emoji, and so do programs in JavaScript.
    """
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)
