"""What a run will take, from what rounds with the same model took on this machine. Never a guess.

A model that has only been examined is taken at the speed that its exam found, for as many tokens as rounds
with other models needed here.

The range goes from one quick round to all rounds being slow ones, since how many rounds a task needs is
not known before; between the quantiles lie most of the measured rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import mean, median, quantiles
from typing import Final

from app.domain.calls import MeasuredRound
from app.domain.exams import Speed
from app.session.ports import Store

# From so many rounds on quantiles say something; before that the extremes are widened.
_ENOUGH: Final = 5
_TENTHS: Final = 10
_LESS: Final = 0.7
_MORE: Final = 1.5
_MINUTE: Final = 60.0
_CHARS_A_TOKEN: Final = 4.0


@dataclass(frozen=True)
class Forecast:
    """provider, model: what it was made for. calls, rounds: what was measured. why: the ground, for people.

    seconds: from, to, of the whole run. round_seconds: of one round. tokens: read and written. All None
    where nothing was measured.
    """

    provider: str
    model: str
    why: str
    calls: int = 0
    rounds: int = 0
    seconds: tuple[float, float] | None = None
    round_seconds: tuple[float, float] | None = None
    tokens: int | None = None


@dataclass(frozen=True)
class Wanted:
    """What a forecast is for. provider, model: empty for what was used last.

    rounds, max_seconds: the bounds of the run. chars: of its requirements, 0 where not known.
    """

    provider: str
    model: str
    language: str
    rounds: int
    max_seconds: float
    chars: int = 0


Examined = Callable[[str, str], Speed | None]


def forecast(store: Store, wanted: Wanted, examined: Examined = lambda _provider, _model: None) -> Forecast:
    """See `Forecast`. examined: the speed that an exam of this provider and model found."""
    provider, model = wanted.provider, wanted.model
    if not provider or not model:
        provider, model = store.newest_model(provider or None) or (provider, model)
    if not provider or not model:
        return Forecast(provider, model, "No model has been used on this machine yet.")
    if measured := store.measured_rounds((provider, model)):
        return _from_rounds(Forecast(provider, model, ""), wanted, measured)
    speed, others = examined(provider, model), store.measured_rounds()
    if others and speed and speed.prompt_rate and speed.answer_rate:
        at_speed = [_at(m, speed.prompt_rate, speed.answer_rate) for m in others]
        found = _from_rounds(Forecast(provider, model, ""), wanted, at_speed)
        return replace(found, why=f"From the exam of {model}, for as many tokens as rounds took here.")
    return Forecast(provider, model, f"{model} has not finished a round on this machine yet.")


def _at(measured: MeasuredRound, prompt_rate: float, answer_rate: float) -> MeasuredRound:
    """What a round would have taken at these tokens a second."""
    seconds = (measured.tokens - measured.written) / prompt_rate + measured.written / answer_rate
    return measured.model_copy(update={"seconds": seconds})


def _from_rounds(empty: Forecast, wanted: Wanted, measured: Sequence[MeasuredRound]) -> Forecast:
    same = [m for m in measured if m.language == wanted.language]
    ground = same if len(same) >= _ENOUGH else measured
    low, high = spread([m.seconds for m in ground])
    counted = f"{len(ground)} {'round' if len(ground) == 1 else 'rounds'}"
    return replace(
        empty,
        why=f"From {counted} with {empty.model} on this machine.",
        calls=sum(m.calls for m in ground),
        rounds=len(ground),
        seconds=(min(low, wanted.max_seconds), min(high * wanted.rounds, wanted.max_seconds)),
        round_seconds=(low, high),
        tokens=_tokens(wanted, ground),
    )


def _tokens(wanted: Wanted, ground: Sequence[MeasuredRound]) -> int:
    """Of as many rounds as runs took on average; requirements are read once a call."""
    more = wanted.chars - median(m.chars for m in ground) if wanted.chars else 0
    a_round = median(m.tokens for m in ground) + median(m.calls for m in ground) * more / _CHARS_A_TOKEN
    rounds = min(len(ground) / len({m.run_id for m in ground}), wanted.rounds)
    return max(round(a_round * rounds), 0)


def spread(seconds: Sequence[float]) -> tuple[float, float]:
    """From a quick round to a slow one: the outer tenths are left out where there are enough."""
    if len(seconds) < _ENOUGH:
        usual = mean(seconds)
        return min(*seconds, usual * _LESS), max(*seconds, usual * _MORE)
    cuts = quantiles(seconds, n=_TENTHS, method="inclusive")
    return cuts[0], cuts[-1]


def minutes(seconds: float) -> float:
    """Rounded to a hundredth: a forecast is no more exact."""
    return round(seconds / _MINUTE, 2)
