"""Whether a new version may replace the checked one: it must lose nothing and gain something measurable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.findings import CheckReport, CheckStatus, Severity

SMALLER = 0.10  # code size and shape must shrink by this share to count
FASTER, FASTER_MS = 0.20, 5.0  # both: small times are mostly noise
SLOWER, SLOWER_MS = 0.50, 20.0
LEANER, LEANER_KB = 0.30, 100.0
FATTER, FATTER_KB = 1.00, 2000.0
SHAPE = {
    "code_lines": "lines of code",
    "branches": "branches",
    "longest_function": "lines in the longest function",
    "lint": "lint findings",
    "compiled_lint": "findings of the compiler",
}
HEAVY = (Severity.BLOCKER, Severity.MAJOR)


@dataclass(frozen=True)
class Comparison:
    """better: the new version replaces the old one. reason: one sentence. gains / losses: what was found."""

    better: bool
    reason: str
    gains: tuple[str, ...]
    losses: tuple[str, ...]


def compare(old: CheckReport, new: CheckReport, difference: str = "") -> Comparison:
    """Put `new` on probation against `old`, both reports by the same pipeline with the same examples.

    difference: a call that nobody gave a result for and on which the two do not do the same.
    """
    losses = (
        *_lost_checks(old, new),
        *_lost_examples(old, new),
        *_lost_names(old, new),
    )
    losses += (
        *_other_behaviour(difference),
        *_new_findings(old, new),
        *_slower(old, new),
        *_fatter(old, new),
    )
    gains = (*_fewer_findings(old, new), *_simpler(old, new), *_faster(old, new), *_leaner(old, new))
    if losses:
        reason = f"rejected: {losses[0]}"
    else:
        reason = f"better: {', '.join(gains)}" if gains else "rejected: nothing measurable got better"
    return Comparison(bool(gains) and not losses, reason, gains, losses)


def _lost_checks(old: CheckReport, new: CheckReport) -> list[str]:
    now = {r.name: r.status for r in new.results}
    passed = [r.name for r in old.results if r.status is CheckStatus.PASS]
    return [
        f"{name} passed before and does not now" for name in passed if now.get(name) is not CheckStatus.PASS
    ]


def _lost_examples(old: CheckReport, new: CheckReport) -> list[str]:
    held = _held(new)
    return [f"{text} held before and does not now" for text in sorted(_held(old) - held)]


def _held(report: CheckReport) -> set[str]:
    entries: list[Mapping[str, Any]] = [e for r in report.results for e in r.data.get("examples", [])]
    return {str(e["text"]) for e in entries if e["ok"]}


def _lost_names(old: CheckReport, new: CheckReport) -> list[str]:
    """Code that nothing was run on could otherwise win by leaving out what it should do."""
    return [f"{name} is gone" for name in sorted(_names(old) - _names(new))]


def _names(report: CheckReport) -> set[str]:
    return {str(name) for r in report.results for name in r.data.get("names", [])}


def _other_behaviour(difference: str) -> list[str]:
    return [f"it does something else: {difference}"] if difference else []


def _new_findings(old: CheckReport, new: CheckReport) -> list[str]:
    known = {f.id for f in old.findings}
    return [f"new finding: {f.text}" for f in new.findings if f.severity in HEAVY and f.id not in known]


def _fewer_findings(old: CheckReport, new: CheckReport) -> list[str]:
    before, after = len(old.findings), len(new.findings)
    return [f"findings {before} -> {after}"] if after < before else []


def _simpler(old: CheckReport, new: CheckReport) -> list[str]:
    pairs = [(words, old.metrics.get(key), new.metrics.get(key)) for key, words in SHAPE.items()]
    return [
        f"{words} {before:.0f} -> {after:.0f}"
        for words, before, after in pairs
        if before is not None and after is not None and after <= before * (1 - SMALLER) and after < before
    ]


def _both(old: CheckReport, new: CheckReport, key: str) -> tuple[float, float] | None:
    before, after = old.metrics.get(key), new.metrics.get(key)
    return None if before is None or after is None else (before, after)


def _faster(old: CheckReport, new: CheckReport) -> list[str]:
    times = _both(old, new, "example_ms")
    if not times or times[1] > times[0] * (1 - FASTER) or times[0] - times[1] < FASTER_MS:
        return []
    return [f"examples {times[0]:.0f} ms -> {times[1]:.0f} ms"]


def _slower(old: CheckReport, new: CheckReport) -> list[str]:
    times = _both(old, new, "example_ms")
    if not times or times[1] < times[0] * (1 + SLOWER) or times[1] - times[0] < SLOWER_MS:
        return []
    return [f"the examples take {times[1]:.0f} ms instead of {times[0]:.0f} ms"]


def _leaner(old: CheckReport, new: CheckReport) -> list[str]:
    peaks = _both(old, new, "example_kb")
    if not peaks or peaks[1] > peaks[0] * (1 - LEANER) or peaks[0] - peaks[1] < LEANER_KB:
        return []
    return [f"memory {peaks[0]:.0f} KB -> {peaks[1]:.0f} KB"]


def _fatter(old: CheckReport, new: CheckReport) -> list[str]:
    peaks = _both(old, new, "example_kb")
    if not peaks or peaks[1] < peaks[0] * (1 + FATTER) or peaks[1] - peaks[0] < FATTER_KB:
        return []
    return [f"the examples need {peaks[1]:.0f} KB of memory instead of {peaks[0]:.0f} KB"]
