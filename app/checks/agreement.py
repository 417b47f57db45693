"""Whether versions that were written independently do the same on calls that nobody gave a result for.

Clustering by behaviour, as in AlphaCode (Li et al. 2022) and CodeT (Chen et al. 2022): right programs agree
with each other, wrong ones are mostly wrong in ways of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.checks.judge import short
from app.checks.variants import Observation
from app.domain.findings import CheckResult, CheckStatus

NAME = "agreement"
MIN_CALLS = 3  # fewer say too little


@dataclass(frozen=True)
class Agreement:
    """groups: numbers of the versions that did the same, the largest group first, then the earliest.

    calls: how many calls were compared. split: the first call on which the two largest groups differ,
    with what each gave; empty where there is one group only.
    """

    groups: tuple[tuple[int, ...], ...]
    calls: int
    split: str = ""

    @property
    def counts(self) -> bool:
        """Whether enough was compared to say anything."""
        return self.calls >= MIN_CALLS

    def votes(self, number: int) -> int:
        """How many versions do what version `number` does, itself included."""
        return next((len(group) for group in self.groups if number in group), 0)


def agree(observed: Sequence[Sequence[Observation]]) -> Agreement:
    """Group versions by what each gave for the same calls; `observed` has one row a version.

    A call counts only where most versions returned a value: a made-up input may be one that the task
    does not allow, and then right versions may differ in how they refuse it.
    """
    calls = [n for n in range(len(observed[0]) if observed else 0) if _is_meant(observed, n)]
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, row in enumerate(observed):
        groups.setdefault(tuple(_told(row[n]) for n in calls), []).append(number)
    ordered = tuple(tuple(g) for g in sorted(groups.values(), key=lambda g: (-len(g), g[0])))
    return Agreement(ordered, len(calls), _split(observed, calls, ordered))


def as_result(agreement: Agreement, number: int, ms: int) -> CheckResult:
    """What the comparison says of version `number`: it passes where more than half do the same."""
    total, votes = sum(map(len, agreement.groups)), agreement.votes(number)
    if total < 2 or not agreement.counts:
        why = "there is one version only" if total < 2 else "too few calls could be compared"
        return CheckResult(name=NAME, status=CheckStatus.SKIPPED, required=False, reason=why)
    fine = votes * 2 > total
    said = f"{votes} of {total} versions written independently give the same for {agreement.calls} new calls"
    return CheckResult(
        name=NAME,
        status=CheckStatus.PASS if fine else CheckStatus.FAIL,
        required=False,
        ms=ms,
        evidence=f"{said}; {agreement.split}" if agreement.split else said,
        executed=agreement.calls,
        passed=agreement.calls if fine else 0,
        data={"votes": votes, "versions": total},
    )


def _told(observation: Observation) -> object:
    return observation.value, observation.raised


def _is_meant(observed: Sequence[Sequence[Observation]], number: int) -> bool:
    gave = sum(row[number].value is not None for row in observed)
    return gave * 2 > len(observed)


def _split(
    observed: Sequence[Sequence[Observation]], calls: Sequence[int], groups: Sequence[tuple[int, ...]]
) -> str:
    if len(groups) < 2:
        return ""
    first, second = (observed[group[0]] for group in groups[:2])
    n = next(n for n in calls if _told(first[n]) != _told(second[n]))
    sides = (f"{len(g)} {_shown(row[n])}" for g, row in zip(groups, (first, second), strict=False))
    return f"{first[n].call.expression}: {', '.join(sides)}"


def _shown(observation: Observation) -> str:
    return f"raise {observation.raised}" if observation.raised else f"give {short(str(observation.value))}"
