"""What follows from an exam for runs: a pure function, and the words that tell it."""

from __future__ import annotations

from typing import Final

from app.domain.exams import Advice, Exam
from app.models.calls import Cost

GENERATOR: Final = "code_generator"
CHECKER: Final = "quality_checker"
OPTIMIZER: Final = "code_optimizer"
AGREEING: Final = 3  # versions that must do the same before drawing ends
SURE: Final = 0.9  # of the tasks solved: more than a few versions are hardly ever needed
ENOUGH: Final = 2  # tries; one decides nothing
_FEW: Final = 6
_MANY: Final = 10
_USUAL_ANSWER: Final = 300  # tokens of a small program
_ANSWER_SECONDS: Final = 300.0  # what one answer may take
_LEAST_ANSWER: Final = 400
_LONGEST_ANSWER: Final = 3_072  # a bound above this needs no telling


def advice_of(exam: Exam, cost: Cost, drawing_seconds: float) -> Advice:
    """drawing_seconds: how long a round may go on drawing."""
    repairs = _repair_rounds(exam)
    return Advice(
        candidates=_candidates(exam, drawing_seconds) if cost == "local" else None,
        rounds=None if repairs is None else repairs + 1 if repairs else 2,
        repair_rounds=repairs,
        plain=_plain(exam),
        max_tokens=_max_tokens(exam),
        window=exam.window.held or None if exam.window.cut else None,
        roles=_roles(exam),
    )


def _candidates(exam: Exam, drawing_seconds: float) -> int | None:
    """Few where nearly every answer is right; and no more than can be written in the time for it."""
    if exam.ability.of < ENOUGH or "ability" in exam.missing:
        return None
    wanted = _FEW if exam.ability.share >= SURE else _MANY
    rate = exam.speed.answer_rate
    in_time = 1 + int(drawing_seconds * rate / _USUAL_ANSWER) if rate else wanted
    return max(AGREEING, min(wanted, in_time))


def _repair_rounds(exam: Exam) -> int | None:
    """Two where every failure that was shown was mended, one where some were, none where none was."""
    if exam.repair.of < ENOUGH:
        return None
    return 2 if exam.repair.right == exam.repair.of else int(exam.repair.right > 0)


def _plain(exam: Exam) -> bool | None:
    """None where both ways of asking do equally well."""
    full, plain = exam.full, exam.plain
    if min(full.asked, plain.asked) < ENOUGH:
        return None
    ours = plain.solved / plain.asked, plain.readable / plain.asked
    theirs = full.solved / full.asked, full.readable / full.asked
    return None if ours == theirs else ours > theirs


def _max_tokens(exam: Exam) -> int | None:
    rate = exam.speed.answer_rate
    if rate is None or rate * _ANSWER_SECONDS >= _LONGEST_ANSWER:
        return None
    return max(int(rate * _ANSWER_SECONDS), _LEAST_ANSWER)


def _roles(exam: Exam) -> dict[str, bool]:
    """By agent; only what was tried at least twice is judged."""
    roles: dict[str, bool] = {}
    if "ability" not in exam.missing and exam.ability.of >= ENOUGH:
        roles[GENERATOR] = exam.ability.share >= 0.5
    if exam.review.of >= ENOUGH:
        roles[CHECKER] = exam.review.right > 0
    if exam.repair.of >= ENOUGH:
        roles[OPTIMIZER] = exam.repair.right > 0
    return roles


def told(exam: Exam, advice: Advice) -> list[str]:
    """What follows, a clause each; empty where the exam decides nothing."""
    words: list[str] = []
    if advice.candidates is not None:
        solved = f"{exam.ability.right} of {exam.ability.of} small tasks solved"
        words.append(f"up to {advice.candidates} versions a round ({solved})")
    if advice.repair_rounds is not None:
        words.append(f"{_mending(advice.repair_rounds)} ({exam.repair.right} of {exam.repair.of} mended)")
    if advice.plain is not None:
        words.append("asked in few words" if advice.plain else "asked with all rules")
    if advice.max_tokens is not None:
        words.append(f"answers up to {advice.max_tokens} tokens ({exam.speed.answer_rate:g} tokens/s)")
    if advice.window is not None:
        words.append(f"prompts up to {advice.window} tokens, what stands before is lost")
    return words


def _mending(rounds: int) -> str:
    if not rounds:
        return "what fails is written afresh"
    return f"what fails is shown to it for {rounds} round{'s' if rounds > 1 else ''}"
