"""Decides, outside the sandbox, whether an example holds, from what it is reported to have given."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from app.checks import values
from app.checks.examples import Example

SHORT = 300


@dataclass(frozen=True)
class Outcome:
    """ok: it holds. evidence: what it gave instead. not_run: why the sandbox could not run it at all."""

    example: Example
    ok: bool
    evidence: str = ""
    not_run: str = ""


def judge(example: Example, facts: Mapping[str, Any], own_modules: Collection[str]) -> Outcome:
    """facts: a result line of `guest.py`. own_modules: first names of the artifact's modules."""
    if "raised" in facts:
        return _judge_exception(example, facts, own_modules)
    gave = short(str(facts.get("value", facts.get("repr", "nothing"))))
    if example.raises:
        return _differs(example, f"gave {gave}", example.raises)
    if not example.expected:
        return _differs(example, f"gave {gave}", "nothing known")
    if "expected" in facts:
        return _judge_evaluated(example, facts, gave)
    if "value" not in facts:
        return _differs(
            example,
            f"gave {gave}, an object of class {facts.get('object')}",
            example.expected,
        )
    return _judge_literal(example, str(facts["value"]), example.expected)


def short(text: str) -> str:
    """The text, its middle cut out where it is long."""
    return text if len(text) <= SHORT else f"{text[: SHORT // 2]} ... {text[-SHORT // 2 :]}"


def _differs(example: Example, what: str, expected: str, why: str = "") -> Outcome:
    note = f" ({why})" if why else ""
    return Outcome(
        example,
        ok=False,
        evidence=f"{example.call} {what}, expected {short(expected)}{note}",
    )


def _judge_literal(example: Example, value: str, expected: str) -> Outcome:
    try:
        actual, wanted = values.literal(value), values.literal(expected)
    except ValueError:
        return _differs(example, f"gave {short(value)}", expected)
    if values.same(actual, wanted):
        return Outcome(example, ok=True)
    return _differs(example, f"gave {short(value)}", expected, values.hint(actual, wanted))


def _judge_evaluated(example: Example, facts: Mapping[str, Any], gave: str) -> Outcome:
    """The expected side is an expression, so both sides come from the sandbox: weaker, but compared here."""
    wanted = facts["expected"]
    if "value" in facts and "value" in wanted:
        return _judge_literal(example, str(facts["value"]), str(wanted["value"]))
    both = [(f.get("object"), f.get("repr")) for f in (facts, wanted)]
    if both[0] == both[1] and both[0][0]:
        return Outcome(example, ok=True)
    return _differs(example, f"gave {gave}", str(wanted.get("value", wanted.get("repr", ""))))


def _judge_exception(example: Example, facts: Mapping[str, Any], own: Collection[str]) -> Outcome:
    names = [str(name) for name in facts["raised"]]
    missing = str(facts.get("missing") or "").partition(".")[0]
    if missing and missing not in own:
        return Outcome(
            example,
            ok=False,
            not_run=f"needs {missing}, which the sandbox does not have",
        )
    if example.raises in names and not facts.get("importing"):
        return Outcome(example, ok=True)
    where = f" ({facts['where']})" if facts.get("where") else ""
    said = f"{names[0]}: {facts['text']}" if facts.get("text") else names[0]
    what = "could not be run: importing it raised" if facts.get("importing") else "raised"
    return _differs(example, f"{what} {said}{where}", example.expected or str(example.raises))
