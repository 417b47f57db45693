"""Split a streamed answer into reasoning and answer, wherever the chunks happen to be cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_OPEN: Final = "<think>"
_CLOSE: Final = "</think>"
_FENCE: Final = "```"


@dataclass(frozen=True)
class Piece:
    """A piece of what a model says."""

    text: str
    reasoning: bool = False


class ReasoningSplitter:
    """Feed it chunks; it keeps back only what may be the beginning of a tag.

    `<think>` counts at the start of an answer only, so that source code may hold the word. A `</think>`
    that was never opened (some chat templates put the opening tag into the prompt) makes everything before
    it reasoning, unless a fence was opened before it.
    answer, reasoning: all so far. Pieces handed out before such a late `</think>` are answer pieces.
    held: what is kept back.
    """

    def __init__(self) -> None:
        self.answer: str = ""
        self.reasoning: str = ""
        self.held: str = ""
        self._thinking = False
        self._begun = False

    def note(self, text: str) -> list[Piece]:
        """Reasoning that the service told apart itself."""
        self.reasoning += text
        return [Piece(text, reasoning=True)]

    def feed(self, chunk: str) -> list[Piece]:
        """The pieces that are certain after this chunk."""
        self.held += chunk
        pieces: list[Piece] = []
        while self._step(pieces):
            continue
        return pieces

    def finish(self) -> list[Piece]:
        """The rest; an unclosed `<think>` has been reasoning to the end."""
        rest, self.held = self.held, ""
        pieces: list[Piece] = []
        if not self._thinking and not self._begun and self.reasoning:
            rest = rest.lstrip()
        self._give(rest, pieces)
        return pieces

    def _step(self, pieces: list[Piece]) -> bool:
        """Settle one stretch of what is held; False where more is needed first."""
        if self._thinking:
            return self._until_close(pieces)
        return self._in_answer(pieces) if self._begun else self._at_start()

    def _at_start(self) -> bool:
        text = self.held.lstrip()
        if text.startswith(_OPEN):
            self.held, self._thinking = text[len(_OPEN) :], True
            return True
        if _OPEN.startswith(text):  # also where there is only white space so far
            return False
        if text.startswith(_CLOSE):
            self.held = text[len(_CLOSE) :]
            return True
        if _CLOSE.startswith(text):
            return False
        if self.reasoning:
            self.held = text
        self._begun = True
        return True

    def _until_close(self, pieces: list[Piece]) -> bool:
        before, found, after = self.held.partition(_CLOSE)
        if found:
            self._give(before, pieces)
            self.held, self._thinking = after, False
            return True
        self._give_certain(pieces)
        return False

    def _in_answer(self, pieces: list[Piece]) -> bool:
        before, found, after = self.held.partition(_CLOSE)
        if not found:
            self._give_certain(pieces)
            return False
        if _FENCE in self.answer + before:
            self._give(before + found, pieces)
        else:
            self._give(before, pieces)
            self.reasoning, self.answer = self.reasoning + self.answer, ""
            self._begun = False
        self.held = after
        return True

    def _give_certain(self, pieces: list[Piece]) -> None:
        """Give all but an end that may be the beginning of `</think>`."""
        text = self.held
        keep = next(
            (n for n in range(min(len(_CLOSE) - 1, len(text)), 0, -1) if _CLOSE.startswith(text[-n:])), 0
        )
        cut = len(text) - keep
        self.held = text[cut:]
        self._give(text[:cut], pieces)

    def _give(self, text: str, pieces: list[Piece]) -> None:
        if not text:
            return
        if self._thinking:
            self.reasoning += text
        else:
            self.answer += text
        pieces.append(Piece(text, self._thinking))
