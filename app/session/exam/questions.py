"""What the examined model is asked, in the very words that agents use."""

from __future__ import annotations

from typing import Final

from app.agents import brief
from app.domain.findings import CheckReport
from app.models.asking import AGENT, Question
from app.models.tokens import estimate_tokens
from app.session.exam.tasks import Repair, Review, Writing

_WRITING_TOKENS: Final = 256
_REVIEW_TOKENS: Final = 160
_RECALL_TOKENS: Final = 24
_WRITING, _REPAIRING, _REVIEWING, _RECALLING = 1, 2, 3, 4  # rounds of a script
_ASKED: Final = "What is the code word in the very first line? Answer with the code word alone."
GREETING: Final = Question("Say yes.", max_tokens=1, round=_RECALLING)


def full(task: Writing, instruction: str) -> Question:
    """With the rules that all agents share. instruction: code_generator's in the settings."""
    text = brief.join(brief.task_part(task.request), brief.role_part(AGENT, instruction))
    return Question(text, brief.prompt("system.md"), _WRITING_TOKENS, _WRITING)


def plain(task: Writing) -> Question:
    """Without them, as small models are asked."""
    text = brief.join(brief.task_part(task.request), brief.prompt("code_generator_plain.md"))
    return Question(text, "", _WRITING_TOKENS, _WRITING)


def repair(task: Repair, report: CheckReport, instruction: str) -> Question:
    """With the failing version and what the check says: call, expected value and what it gave."""
    text = brief.join(
        brief.task_part(task.request),
        brief.files_part(task.artifact),
        brief.report_part(report),
        brief.role_part(AGENT, instruction),
    )
    return Question(text, brief.prompt("system.md"), _WRITING_TOKENS, _REPAIRING)


def review(task: Review) -> Question:
    """What a call must give, worked out from the task alone."""
    instruction = brief.prompt("quality_checker_doubt.md").replace("{call}", task.example.call)
    text = brief.join(brief.task_part(task.request), brief.role_part("example_writer", instruction))
    return Question(text, brief.prompt("system.md"), _REVIEW_TOKENS, _REVIEWING)


def recall(word: str, tokens: int) -> Question:
    """A prompt of at most so many tokens, as we count them, that asks for a word at its beginning."""
    first = f"The code word is {word}. It will be asked for at the end.\n\nNotes:"
    size = Question(f"{first}\n\n{_ASKED}").estimated_tokens
    notes: list[str] = []
    while (size := size + estimate_tokens(f"{_note(len(notes))}\n")) <= tokens:
        notes.append(_note(len(notes)))
    return Question("\n".join([first, *notes, "", _ASKED]), "", _RECALL_TOKENS, _RECALLING)


def _note(number: int) -> str:
    """No two are alike, so that nothing can be taken for a repetition."""
    things = ("green folders", "desk lamps", "spare keys", "paper maps", "wooden boxes")
    return f"Note {number}: shelf {number * 7 % 31} holds {number * 13 % 89} {things[number % 5]}."
