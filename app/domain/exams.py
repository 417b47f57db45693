"""What the exam of a model found, with its evidence, and what follows from it for runs."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.domain.runs import Usage

Part = Literal["speed", "format", "ability", "repair", "window", "review"]
# budget: the seconds were over before; no_sandbox: nothing here runs Python; silent: no answer told it.
Reason = Literal["budget", "no_sandbox", "silent"]
PARTS: Final[tuple[Part, ...]] = ("speed", "format", "ability", "repair", "window", "review")

_FROZEN: Final = ConfigDict(frozen=True)


class Score(BaseModel):
    """How many of the tries came out right."""

    model_config = _FROZEN

    right: int = 0
    of: int = 0

    @property
    def share(self) -> float:
        """0 to 1; 0 where nothing was tried."""
        return self.right / self.of if self.of else 0.0


class Form(BaseModel):
    """Answers to one way of asking. clean: read as they were; mended: read after something was put right;
    solved: the code passed the hidden examples.
    """

    model_config = _FROZEN

    asked: int = 0
    clean: int = 0
    mended: int = 0
    solved: int = 0

    @property
    def readable(self) -> int:
        return self.clean + self.mended


class Speed(BaseModel):
    """Tokens a second of reading and of writing, and the usual wait for the first piece, milliseconds.

    estimated: the service told no counts, so they are ours.
    """

    model_config = _FROZEN

    prompt_rate: float | None = None
    answer_rate: float | None = None
    first_token_ms: float | None = None
    estimated: bool = False


class TrueWindow(BaseModel):
    """How long a prompt may be, in tokens, so that its beginning still counts.

    claimed: what the engine or models.yaml says, None where nothing does. tried: the longest prompt sent.
    held: the longest whose beginning came back, 0: none. lost: the shortest whose beginning did not.
    cut: the engine read fewer tokens than were sent, or could not take them.
    """

    model_config = _FROZEN

    claimed: int | None = None
    tried: int = 0
    held: int = 0
    lost: int | None = None
    cut: bool = False


class Trial(BaseModel):
    """One call of the exam as it went: the evidence.

    outcome: what was found in the answer, in words. right: None where the time was over first.
    finish: stop | length | time | error.
    """

    model_config = _FROZEN

    part: Part
    title: str
    prompt: str
    answer: str = ""
    outcome: str = ""
    right: bool | None = None
    finish: str = "stop"
    usage: Usage = Usage()


class Exam(BaseModel):
    """One exam of one model.

    digest: of the weights or of the script; for a service, whose weights nobody sees, provider, model and
    day. seconds: that it took; budget: that it was given. disturbed: a run went on meanwhile, so the speed is
    lower than it could be. full, plain: the same tasks asked in both ways; more: further ones in the
    better way. missing: parts that were not measured, and why.
    """

    model_config = _FROZEN

    provider: str
    model: str
    digest: str
    when: datetime
    seconds: float
    budget: float
    disturbed: bool = False
    speed: Speed = Speed()
    full: Form = Form()
    plain: Form = Form()
    more: Form = Form()
    repair: Score = Score()
    review: Score = Score()
    window: TrueWindow = TrueWindow()
    missing: dict[Part, Reason] = Field(default_factory=dict[Part, Reason])
    trials: tuple[Trial, ...] = ()

    @property
    def ability(self) -> Score:
        """Answers whose code passed, however they were asked for."""
        forms = self.full, self.plain, self.more
        return Score(right=sum(f.solved for f in forms), of=sum(f.asked for f in forms))


class Advice(BaseModel):
    """What follows from an exam; None: it does not say, so what held before holds.

    candidates: versions that are worth drawing in a round. rounds: worth allowing. repair_rounds: how many of
    them are spent on showing the model its failure. plain: ask without the rules that all agents share.
    max_tokens: of one answer. window: tokens of prompt and answer. roles: by agent, whether the model is
    good for it; an agent that is missing was not measured.
    """

    model_config = _FROZEN

    candidates: int | None = None
    rounds: int | None = None
    repair_rounds: int | None = None
    plain: bool | None = None
    max_tokens: int | None = None
    window: int | None = None
    roles: dict[str, bool] = Field(default_factory=dict[str, bool])
