"""Whether versions that were written independently do the same on calls that nobody gave a result for.

Clustering by behaviour, as in AlphaCode (Li et al. 2022) and CodeT (Chen et al. 2022): right programs agree
with each other, wrong ones are mostly wrong in ways of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.checks.judge import short
from app.checks.variants import Observation
from app.domain.findings import CheckResult, CheckStatus

NAME = "agreement"
MIN_CALLS = 3  # fewer say too little


@dataclass(frozen=True)
class Agreement:
    """groups: numbers of the voters that did the same, the largest group first, then the earliest. Voters are
    the versions that pass the other checks, or all where none does: what a version does that is known to be
    wrong says nothing. compared: how many versions there were.
    calls: how many calls were compared. split: the first call on which the two largest groups differ,
    with what each gave; empty where there is one group only. crashes: for each version that crashes where a
    sound one answers, the first such call.
    """

    groups: tuple[tuple[int, ...], ...]
    compared: int
    calls: int
    split: str = ""
    crashes: Mapping[int, str] = field(default_factory=dict[int, str])

    @property
    def counts(self) -> bool:
        """Whether enough was compared to say anything."""
        return self.calls >= MIN_CALLS

    def votes(self, number: int) -> int:
        """How many voters do what version `number` does, itself included; 0 for one that is none."""
        return next((len(group) for group in self.groups if number in group), 0)


def agree(observed: Sequence[Sequence[Observation]], sound: Sequence[bool] = ()) -> Agreement:
    """Group versions by what each gave for the same calls; `observed` has one row a version.

    A call counts only where most voters returned a value: a made-up input may be one that the task does not
    allow, and then right versions may differ in how they refuse it. sound: whether a version passes the other
    checks; all do where this is left out.
    """
    passing = [n for n in range(len(observed)) if not sound or sound[n]]
    voters = passing or list(range(len(observed)))
    voting = [observed[n] for n in voters]
    calls = [n for n in range(len(observed[0]) if observed else 0) if _is_meant(voting, n)]
    groups: dict[tuple[object, ...], list[int]] = {}
    for number in voters:
        groups.setdefault(tuple(_told(observed[number][n]) for n in calls), []).append(number)
    ordered = tuple(tuple(g) for g in sorted(groups.values(), key=lambda g: (-len(g), g[0])))
    answering = [observed[n] for n in passing]
    crashes = {n: text for n, row in enumerate(observed) if (text := _crash(row, answering))}
    return Agreement(ordered, len(observed), len(calls), _split(observed, calls, ordered), crashes)


def difference(old: Sequence[Observation], new: Sequence[Observation]) -> str:
    """The first call on which `new` does not do what `old` does; empty where there is none.

    Where the old one crashed or did not end, the new one may do as it likes. Any exception will do for
    one that the old one raised itself.
    """
    for before, after in zip(old, new, strict=True):
        same = before.value == after.value if before.value is not None else after.raised is not None
        if not same and (before.value is not None or before.refused):
            return f"{before.call.expression}: the old one {_gives(before)}, the new one {_gives(after)}"
    return ""


def as_result(agreement: Agreement, number: int, ms: int, needed: int = 1) -> CheckResult:
    """What the comparison says of version `number`: it passes where more than half of the voters do the same,
    and at least `needed`.
    """
    total, votes = sum(map(len, agreement.groups)), agreement.votes(number)
    if number in agreement.crashes:
        return _result(ms, agreement.crashes[number], calls=1, fine=False, votes=votes, total=total)
    alone = agreement.compared < 2
    if alone or not agreement.counts:
        why = "there is one version only" if alone else "too few calls could be compared"
        return CheckResult(name=NAME, status=CheckStatus.SKIPPED, required=False, reason=why)
    fine = votes * 2 > total and votes >= needed
    said = f"{votes} of {total} versions written independently give the same for {agreement.calls} new calls"
    said += f", and {needed} are needed" if votes < needed else ""
    said += f"; {agreement.split}" if agreement.split else ""
    return _result(ms, said, calls=agreement.calls, fine=fine, votes=votes, total=total)


def _result(ms: int, evidence: str, *, calls: int, fine: bool, votes: int, total: int) -> CheckResult:
    return CheckResult(
        name=NAME,
        status=CheckStatus.PASS if fine else CheckStatus.FAIL,
        required=False,
        ms=ms,
        evidence=evidence,
        executed=calls,
        passed=calls if fine else 0,
        data={"votes": votes, "versions": total},
    )


def _told(observation: Observation) -> object:
    return observation.value, observation.raised


def _is_meant(observed: Sequence[Sequence[Observation]], number: int) -> bool:
    gave = sum(row[number].value is not None for row in observed)
    return gave * 2 > len(observed)


def _crash(row: Sequence[Observation], answering: Sequence[Sequence[Observation]]) -> str:
    for n, own in enumerate(row):
        value = next((other[n].value for other in answering if other[n].value is not None), None)
        if own.crashed and value is not None:
            said = f"{own.call.expression} raises {own.raised}, which the code does not say it should"
            return f"{said}; another version gives {short(value)}"
    return ""


def _gives(observation: Observation) -> str:
    if observation.value is None and observation.raised is None:
        return "does not end"
    return f"raises {observation.raised}" if observation.raised else f"gives {short(str(observation.value))}"


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
