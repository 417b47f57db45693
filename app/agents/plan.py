"""How many versions a round may draw, and when drawing again is better than mending."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """What a model's ability and the budget allow in one round.

    candidates: versions that may be drawn at most. agreeing: so many of them must do the same before
    drawing ends; 1: the first that passes will do. fresh: start from the task again, in place of mending
    the best version so far. plain: ask without the rules that all agents share, of which a small model
    repeats pieces. temperature: of every version but the first. seconds: bound on drawing.
    """

    candidates: int = 1
    agreeing: int = 1
    fresh: bool = False
    plain: bool = False
    temperature: float = 0.8
    seconds: float = 120.0


ONE = Plan()
