"""One exam from its first to its last question, within its seconds."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from app.domain.exams import PARTS, Exam, Form, Part, Reason, Score, Trial, TrueWindow
from app.models.asking import Answer, Question, ask
from app.models.backends import ModelFacts
from app.models.calls import Cost, ModelChoice
from app.models.providers import Providers
from app.session.exam import questions
from app.session.exam.marking import Mark, Marker, foretold
from app.session.exam.recall import LONGEST, Bounds, true_window
from app.session.exam.speed import Clock
from app.session.exam.tasks import Repair, Review, Tasks, Writing, the_tasks

LEAST_SECONDS: Final = 2.0  # with less left nothing more is begun
_WINDOW_SECONDS: Final = 40.0
_WINDOW_SHARE: Final = 0.45  # of the time left: the long prompt must not take it all
_CALL_SHARE: Final = 1 / 3  # of the exam's time: one answer that never ends must not take it all
_THINKING: Final = 1_500  # tokens more for a model that may think before it answers
_KEPT_CHARACTERS: Final = 6_000  # of a prompt or an answer, from its beginning; a third of it from its end


@dataclass(frozen=True)
class Progress:
    """part, title: what is being tried. done, of: questions. seconds_left: of the exam's time."""

    part: Part
    title: str
    done: int
    of: int
    seconds_left: float


Tell = Callable[[Progress], None]


@dataclass(frozen=True)
class Candidate:
    """Who is examined, and with what. instruction: code_generator's in the settings."""

    choice: ModelChoice
    facts: ModelFacts
    cost: Cost
    instruction: str


@dataclass(frozen=True)
class _Step:
    part: Part
    title: str
    take: Callable[[], Awaitable[None]]


@dataclass
class _Found:
    """What the exam has found so far."""

    forms: dict[str, Form] = field(default_factory=lambda: {"full": Form(), "plain": Form(), "more": Form()})
    repair: Score = field(default_factory=Score)
    review: Score = field(default_factory=Score)
    window: TrueWindow | Reason = "budget"
    trials: list[Trial] = field(default_factory=list[Trial])


class Sitting:
    """Asks in an order in which an early end leaves every part with something. budget: seconds."""

    def __init__(
        self, providers: Providers, marker: Marker, candidate: Candidate, budget: float, tell: Tell
    ) -> None:
        self._providers = providers
        self._marker = marker
        self._candidate = candidate
        self._budget = budget
        self._tell = tell
        self._started = time.monotonic()
        self._clock = Clock()
        self._found = _Found()

    async def sit(self) -> Exam:
        """Raises AppError as a call does; what was found until then is lost with it."""
        # A word first, in nobody's time: an engine loads the model for it.
        await ask(self._providers, self._candidate.choice, questions.GREETING, self._budget / 2)
        self._started = time.monotonic()
        steps = self._steps(the_tasks())
        for done, step in enumerate(steps):
            if self._left < LEAST_SECONDS:
                break
            self._tell(Progress(step.part, step.title, done, len(steps), self._left))
            await step.take()
        return self._exam()

    @property
    def _left(self) -> float:
        return self._started + self._budget - time.monotonic()

    def _steps(self, tasks: Tasks) -> list[_Step]:
        first, second = tasks.writing
        repairs = [self._repair_step(task) for task in tasks.repair] if self._marker.can_run else []
        reviews = [self._review_step(task) for task in tasks.review]
        more = [self._writing_step(task, None) for task in tasks.more]
        return [
            self._writing_step(first, "plain"),
            self._writing_step(first, "full"),
            *repairs[:1],
            _Step("window", "The beginning of a long prompt", self._measure_window),
            self._writing_step(second, "full"),
            self._writing_step(second, "plain"),
            *repairs[1:],
            *more[:1],
            *reviews[:1],
            *more[1:],
            *reviews[1:],
        ]

    def _writing_step(self, task: Writing, form: str | None) -> _Step:
        """form: None for the one that does better so far."""

        async def take() -> None:
            is_plain = self._plain_is_better if form is None else form == "plain"
            question = (
                questions.plain(task) if is_plain else questions.full(task, self._candidate.instruction)
            )
            fresh = task is the_tasks().writing[0]
            answer = await self._ask(question, fresh=fresh)
            if answer.finish == "time":
                self._keep("ability", task.title, question, answer, "", right=None)
                return
            mark = await self._marker.mark(answer, task.examples, pathless=is_plain)
            self._found.forms[form or "more"] = _counted(self._found.forms[form or "more"], mark)
            self._keep("ability", task.title, question, answer, mark.words, right=mark.solved)

        return _Step("ability" if form is None else "format", task.title, take)

    def _repair_step(self, task: Repair) -> _Step:
        async def take() -> None:
            report = await self._marker.report(task.artifact, task.shown_examples)
            question = questions.repair(task, report, self._candidate.instruction)
            answer = await self._ask(question)
            if answer.finish == "time":
                self._keep("repair", task.title, question, answer, "", right=None)
                return
            mark = await self._marker.mark(answer, task.examples, task.artifact)
            self._found.repair = _scored(self._found.repair, right=mark.solved)
            self._keep("repair", task.title, question, answer, mark.words, right=mark.solved)

        return _Step("repair", task.title, take)

    def _review_step(self, task: Review) -> _Step:
        async def take() -> None:
            question = questions.review(task)
            answer = await self._ask(question)
            right = None if answer.finish == "time" else foretold(task.example, answer.text)
            if right is not None:
                self._found.review = _scored(self._found.review, right=right)
            words = f"{task.call} is {'what it says' if right else 'not what it says'}."
            self._keep("review", task.title, question, answer, words, right=right)

        return _Step("review", task.title, take)

    async def _measure_window(self) -> None:
        candidate = self._candidate
        claimed = candidate.facts.context_length or None
        bounds = Bounds(claimed, LONGEST[candidate.cost], self._affordable)
        self._found.window = await true_window(self._recall, bounds)

    def _affordable(self) -> int:
        """Tokens of prompt that can be read in the seconds that the window test may take."""
        seconds = min(_WINDOW_SECONDS, self._left * _WINDOW_SHARE)
        rate = self._clock.prompt_rate
        return LONGEST["local"] if rate is None else int(rate * seconds)

    async def _recall(self, question: Question, word: str) -> Answer | None:
        if self._left < LEAST_SECONDS:
            return None
        answer = await self._ask(question, fresh=True)
        over = answer.finish == "time"
        came = word in answer.text.upper()
        told = str(answer.error) if answer.error else "It came back." if came else "It did not come back."
        title = f"A code word before {question.estimated_tokens} tokens"
        self._keep("window", title, question, answer, "" if over else told, right=None if over else came)
        return None if over else answer

    async def _ask(self, question: Question, *, fresh: bool = False) -> Answer:
        thinking = self._candidate.cost == "cloud" or "thinking" in self._candidate.facts.capabilities
        room = question.max_tokens + (_THINKING if thinking else 0)
        question = replace(question, max_tokens=room)
        seconds = min(self._left, self._budget * _CALL_SHARE)
        answer = await ask(self._providers, self._candidate.choice, question, max(seconds, 0))
        if answer.finish != "error":
            self._clock.add(answer.usage, fresh=fresh)
        return answer

    def _keep(
        self, part: Part, title: str, question: Question, answer: Answer, words: str, *, right: bool | None
    ) -> None:
        """Add the evidence."""
        prompt = f"{question.system}\n\n{question.text}" if question.system else question.text
        self._found.trials.append(
            Trial(
                part=part,
                title=title,
                prompt=_clipped(prompt),
                answer=_clipped(answer.text),
                outcome=words or "Its time was over before the answer was.",
                right=right,
                finish=answer.finish,
                usage=answer.usage,
            )
        )

    @property
    def _plain_is_better(self) -> bool:
        plain, full = self._found.forms["plain"], self._found.forms["full"]
        return (plain.solved, plain.readable) >= (full.solved, full.readable)

    def _exam(self) -> Exam:
        found, candidate = self._found, self._candidate
        unknown = TrueWindow(claimed=candidate.facts.context_length or None)
        return Exam(
            provider=candidate.choice.provider,
            model=candidate.choice.model,
            digest=candidate.facts.digest,
            when=datetime.now(UTC),
            seconds=round(time.monotonic() - self._started, 1),
            budget=self._budget,
            speed=self._clock.speed,
            full=found.forms["full"],
            plain=found.forms["plain"],
            more=found.forms["more"],
            repair=found.repair,
            review=found.review,
            window=found.window if isinstance(found.window, TrueWindow) else unknown,
            missing={part: reason for part in PARTS if (reason := self._missing(part))},
            trials=tuple(found.trials),
        )

    def _missing(self, part: Part) -> Reason | None:
        """Why a part was not measured; None where it was."""
        found, speed = self._found, self._clock.speed
        asked = sum(form.asked for form in found.forms.values())
        measured = {
            "speed": speed.answer_rate is not None or speed.prompt_rate is not None,
            "format": asked > 0,
            "ability": asked > 0 and self._marker.can_run,
            "repair": found.repair.of > 0,
            "window": isinstance(found.window, TrueWindow),
            "review": found.review.of > 0,
        }
        if measured[part]:
            return None
        if part in ("ability", "repair") and not self._marker.can_run:
            return "no_sandbox"
        if part == "window" and not isinstance(found.window, TrueWindow):
            return found.window
        return "budget" if self._left < LEAST_SECONDS else "silent"


def _counted(form: Form, mark: Mark) -> Form:
    return Form(
        asked=form.asked + 1,
        clean=form.clean + mark.clean,
        mended=form.mended + (mark.readable and not mark.clean),
        solved=form.solved + mark.solved,
    )


def _scored(score: Score, *, right: bool) -> Score:
    return Score(right=score.right + right, of=score.of + 1)


def _clipped(text: str) -> str:
    """The text, its middle left out where it is very long."""
    if len(text) <= _KEPT_CHARACTERS:
        return text
    end = _KEPT_CHARACTERS // 3
    start = _KEPT_CHARACTERS - end
    return f"{text[:start]}\n[{len(text) - start - end} characters left out]\n{text[-end:]}"
