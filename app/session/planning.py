"""How many versions a round may draw, from what the model can do and what the budget leaves."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from app.agents.plan import ONE, Plan
from app.domain.exams import Advice
from app.domain.runs import RunRequest, RunState
from app.models.calls import Cost
from app.session.policy import times_reached
from app.settings import Settings
from app.store.abilities import Ability

# Below so many billion parameters a shown failure gained nothing (docs/decisions/0012-candidates.md).
REPAIRS_FROM: Final = 2.5
REPAIR_ROUNDS: Final = 2
MEASURED_AFTER: Final = 8  # repairs tried before what was measured replaces the guess by size
REPAIR_GAIN: Final = 0.10  # a model that mends at least this share of failures is worth asking to
MOST: Final = {"local": 10, "cloud": 3, "scripted": 1}
AGREEING: Final = 3
BUDGET_SHARE: Final = 0.5  # of the tokens left, for the versions of one round
_BILLIONS: Final = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)\s*b(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True)
class Model:
    """What is known of a model. cost: a local one costs nothing but time, a script has no second answer.

    ability: as runs have shown it. advice: what follows from its exam.
    """

    name: str
    cost: Cost
    ability: Ability
    advice: Advice = field(default_factory=Advice)


def plan_for(request: RunRequest, state: RunState, settings: Settings, model: Model, *, based: bool) -> Plan:
    """The plan of code_generator's next turn.

    With a local model a few versions are always drawn, to be compared; elsewhere more are drawn only where
    the first fails. based: the run changes files that were there before, so it never starts from nothing.
    """
    rounds = rounds_done(request, state)
    small = _is_small(model)
    plain = small if model.advice.plain is None else model.advice.plain
    repairs = _repair_rounds(model, small)
    fresh = not based and (rounds > repairs or times_reached(state) > 1)
    wanted = settings.run.candidates
    most = (model.advice.candidates or MOST[model.cost]) if wanted == "auto" else wanted
    if most < 2:
        return Plan(fresh=fresh, plain=plain)
    agreeing = AGREEING if model.cost == "local" or wanted != "auto" else 1
    candidates = min(most, _affordable(state, settings))
    return Plan(
        candidates=candidates,
        agreeing=min(agreeing, candidates),
        fresh=fresh,
        plain=plain,
        temperature=0.8 if rounds < 2 else 1.0,
        seconds=settings.run.drawing_seconds,
    )


def rounds_done(request: RunRequest, state: RunState) -> int:
    """Rounds since the start, or since the user last asked for changes."""
    start = state.last_round - request.max_iterations if state.last_round else 0
    return state.round - start - 1


def _repair_rounds(model: Model, small: bool) -> int:
    """Rounds in which showing this model its failure is worth it: what runs have shown counts most, then the
    exam, then its size.
    """
    if model.ability.repairs >= MEASURED_AFTER:
        gains = model.ability.repairs_won >= model.ability.repairs * REPAIR_GAIN
        return REPAIR_ROUNDS if gains else 0
    if model.advice.repair_rounds is not None:
        return model.advice.repair_rounds
    return 0 if small else REPAIR_ROUNDS


def _is_small(model: Model) -> bool:
    """By the size in its name; a model without one is taken for a large one."""
    size = _BILLIONS.search(model.name)
    return model.cost == "local" and size is not None and float(size[1]) < REPAIRS_FROM


def _affordable(state: RunState, settings: Settings) -> int:
    """Versions that half of the tokens left pay for; a version costs what the calls so far did."""
    if not state.turn:
        return MOST["local"]
    left = settings.run.max_tokens - state.usage.total_tokens
    each = max(state.usage.total_tokens // state.turn, 1)
    return max(int(left * BUDGET_SHARE / each), ONE.candidates)
