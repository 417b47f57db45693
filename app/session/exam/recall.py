"""The true window: how long a prompt may be so that what stands at its beginning still comes back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from app.domain.exams import Reason, TrueWindow
from app.models.asking import Answer, Question
from app.models.calls import Cost
from app.session.exam import questions

WORDS: Final = ("BIRCH-7319", "CEDAR-2846", "ALDER-5037", "MAPLE-9162")
# Tokens; a longer prompt would cost a local model minutes, and a service money.
LONGEST: Final[dict[Cost, int]] = {"local": 32_768, "cloud": 16_384, "scripted": 4_096}
_SHORT: Final = 220
_LEAST: Final = 400  # a shorter "long" prompt tells nothing
_SPARE: Final = 64  # tokens of a window for the answer and the chat markup
_CUT: Final = 0.75  # fewer tokens read than this share of those sent: the rest was cut off

# Asks a question whose answer must hold a word; None where the time was over.
Recall = Callable[[Question, str], Awaitable[Answer | None]]


@dataclass(frozen=True)
class Bounds:
    """claimed: tokens, None where nobody says. most: tokens that the cost allows. affordable: returns the
    tokens that can be read in the time that is left for it.
    """

    claimed: int | None
    most: int
    affordable: Callable[[], int]


async def true_window(ask: Recall, bounds: Bounds) -> TrueWindow | Reason:
    """A reason where it cannot be told: budget, or silent where not even a short prompt's beginning comes
    back.
    """
    question = questions.recall(WORDS[0], _SHORT)
    control = await ask(question, WORDS[0])
    if control is None:
        return "budget"
    if not _held(control, WORDS[0]):
        return "silent"
    told = control.usage.prompt_tokens
    ratio = 1.0 if control.usage.estimated or not told else told / question.estimated_tokens
    found = TrueWindow(claimed=bounds.claimed)
    length = _first_length(bounds, ratio)
    for word in WORDS[1:]:
        if length < _LEAST:
            break
        question = questions.recall(word, length)
        answer = await ask(question, word)
        if answer is None:
            break
        found = _after(found, question, answer, word, ratio)
        if found.lost is None or found.held:
            break
        length = _shorter(length, answer, ratio) if found.cut else length // 2
    return found if found.tried else "budget"


def _first_length(bounds: Bounds, ratio: float) -> int:
    """In tokens as we count them."""
    real = min(bounds.most, bounds.affordable())
    room = (bounds.claimed or bounds.most) - _SPARE  # a call that may not fit by our count is refused
    return min(round(real / ratio), room)


def _after(found: TrueWindow, question: Question, answer: Answer, word: str, ratio: float) -> TrueWindow:
    sent = round(question.estimated_tokens * ratio)
    told = not answer.usage.estimated and answer.usage.prompt_tokens > 0
    cut = answer.error is not None or (told and answer.usage.prompt_tokens < sent * _CUT)
    size = answer.usage.prompt_tokens if told and not cut else sent
    found = found.model_copy(update={"tried": max(found.tried, size)})
    if _held(answer, word):
        return found.model_copy(update={"held": max(found.held, size)})
    return found.model_copy(update={"lost": min(found.lost or size, size), "cut": found.cut or cut})


def _shorter(length: int, answer: Answer, ratio: float) -> int:
    """Within what the engine has read, where it says so."""
    read = 0 if answer.usage.estimated else answer.usage.prompt_tokens
    within = round(read / ratio) - _SPARE if read else length
    return min(length // 2, within)


def _held(answer: Answer, word: str) -> bool:
    return answer.error is None and word in answer.text.upper()
