"""What the routes about exams of models take and return."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from app.domain.exams import Advice, Form, Part, Reason, Score, Speed, Trial, TrueWindow
from app.web.payloads import Taken


class ExamBody(Taken):
    """Which model; both as `GET /api/models` lists them."""

    provider: str = Field(min_length=1, max_length=64)
    model: str = Field(min_length=1, max_length=500)


class StartExamBody(ExamBody):
    """seconds: what the exam may take; what is not measured by then is told so."""

    seconds: float = Field(default=120.0, ge=20, le=900)


class ExamProblem(BaseModel):
    """Why an exam failed."""

    kind: str
    message: str
    hint: str


class ExamJob(BaseModel):
    """An exam of this server's life, or one that ended with the server before it: interrupted.

    part, title: what is being tried, empty before the first question. done, of: questions.
    seconds_left: null before the first question.
    """

    state: Literal["running", "done", "failed", "cancelled", "interrupted"]
    part: str
    title: str
    done: int
    of: int
    seconds_left: float | None
    problem: ExamProblem | None


class ExamResult(BaseModel):
    """The figures; see `GET /api/models/exam/evidence` for what they rest on.

    digest: of the weights; of a service provider, model and day. stale: the model is another one now.
    seconds: that it took; budget: that it was given. disturbed: a run went on meanwhile. full, plain: answers
    to the two ways of asking; more: to further tasks. missing: parts that were not measured, and
    why. advice: what follows for runs. best_for: agents for whose part nobody examined is better.
    """

    digest: str
    when: datetime
    stale: bool
    seconds: float
    budget: float
    disturbed: bool
    speed: Speed
    full: Form
    plain: Form
    more: Form
    ability: Score
    repair: Score
    review: Score
    window: TrueWindow
    missing: dict[Part, Reason]
    advice: Advice
    best_for: list[str]


class ExamReply(BaseModel):
    """The last exam under way or over since the server was started, and the last result that was kept."""

    provider: str
    model: str
    job: ExamJob | None
    result: ExamResult | None
    may_start: bool


class EvidenceReply(BaseModel):
    """Every call of an exam: prompt, answer, what was found in it, and its timing."""

    digest: str
    when: datetime
    trials: list[Trial]
