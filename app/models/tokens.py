"""Counting tokens without a tokenizer: every model has its own, and fetching one would reach the network."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from autogen_core.models import LLMMessage

# Tokenizers never join such stretches, but cut them up to different lengths. A space belongs to the word
# after it, but not to a digit.
_STRETCH: Final = re.compile(
    r"(?P<word>[A-Za-z]+)|(?P<signs>[!-/:-@\[-`{-~]+)|(?P<gap>\s{2,}|\n)| (?=\d)|[^ ]"
)
_LETTERS: Final = 6
_SIGNS: Final = 2
_TOKENS_PER_MESSAGE: Final = 8


def estimate_tokens(text: str) -> int:
    """Tokens of a text, rather too many than too few: too many cost memory, too few would cut a prompt.

    Against Qwen2.5-Coder's tokenizer 1.0 to 1.2 times the real number for source code and English, 1.6 for
    Chinese.
    """
    return sum(_tokens(stretch) for stretch in _STRETCH.finditer(text))


def estimate_prompt(messages: Sequence[LLMMessage]) -> int:
    """Tokens of a prompt with its chat markup."""
    return sum(estimate_tokens(str(m.content)) + _TOKENS_PER_MESSAGE for m in messages)


def _tokens(stretch: re.Match[str]) -> int:
    """A digit, and any character outside ASCII, is a token of its own."""
    size = {"word": _LETTERS, "signs": _SIGNS}.get(stretch.lastgroup or "", len(stretch[0]))
    return -(-len(stretch[0]) // size)
