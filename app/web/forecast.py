"""The route that says what a run will take."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from app.domain.exams import Speed
from app.domain.runs import Language
from app.session.forecast import Wanted, forecast, minutes
from app.web.api import Api
from app.web.parts import parts

api = Api("forecast")


class ForecastQuery(BaseModel):
    """provider, model: empty for what was used last. rounds: as the run may have.

    requirements_chars: changes the tokens that are expected.
    """

    model_config = ConfigDict(extra="forbid")

    provider: str = Field(default="", max_length=200)
    model: str = Field(default="", max_length=500)
    language: Language = "python"
    rounds: int = Field(default=3, ge=1, le=10)
    requirements_chars: int = Field(default=0, ge=0)


class ForecastReply(BaseModel):
    """measured: False where nothing is known; minutes and tokens are then null.

    calls: how many the forecast rests on. round_seconds: from, to, of one round. max_tokens: the run's bound.
    """

    measured: bool
    calls: int
    minutes_low: float | None
    minutes_high: float | None
    tokens: int | None
    why: str
    provider: str
    model: str
    rounds_measured: int
    round_seconds: list[float] | None
    max_seconds: float
    max_tokens: int


@api.route("GET", "/forecast", query=ForecastQuery, reply=ForecastReply)
def show_forecast(query: ForecastQuery) -> ForecastReply:
    """What a run will take with a model, from what its calls took on this machine."""
    limits = parts().editor.live.current.run
    wanted = Wanted(
        query.provider,
        query.model,
        query.language,
        query.rounds,
        limits.max_seconds,
        query.requirements_chars,
    )
    found = forecast(parts().store, wanted, _examined)
    low, high = found.seconds or (None, None)
    return ForecastReply(
        measured=found.seconds is not None,
        calls=found.calls,
        minutes_low=None if low is None else minutes(low),
        minutes_high=None if high is None else minutes(high),
        tokens=found.tokens,
        why=found.why,
        provider=found.provider,
        model=found.model,
        rounds_measured=found.rounds,
        round_seconds=list(found.round_seconds) if found.round_seconds else None,
        max_seconds=limits.max_seconds,
        max_tokens=limits.max_tokens,
    )


def _examined(provider: str, model: str) -> Speed | None:
    result = parts().exams.of(provider, model)
    return result.exam.speed if result and not result.stale else None
