"""Decides, outside the sandbox, whether an example holds, from what it is reported to have given."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from app.checks import values
from app.checks.examples import ANY_ERROR, Example
from app.checks.harness.base import Facts
from app.domain.artifacts import Artifact
from app.domain.runs import Language

SHORT = 200  # of a value; the whole evidence of an example has EVIDENCE characters
EVIDENCE = 600
WITHOUT_CLASSES = ("go", "rust")  # every error there is as good as another
OF_JAVASCRIPT = ("SyntaxError", "TypeError")  # the exceptions it shares with Python


@dataclass(frozen=True)
class Outcome:
    """What became of an example.

    ok: it holds. evidence: what it gave instead, at most 600 characters. not_run: why the sandbox could
    not run it at all. got: the value as text. error: class and text of an exception. traceback: lines
    like "solution.py:3 in f: return x[5]", outermost first. local: variables of the innermost. printed: by
    the program during the call.
    """

    example: Example
    ok: bool
    evidence: str = ""
    not_run: str = ""
    got: str = ""
    error: str = ""
    traceback: tuple[str, ...] = ()
    local: Mapping[str, str] = field(default_factory=dict[str, str])
    printed: str = ""

    @property
    def kind(self) -> tuple[str, ...]:
        """Equal for outcomes that very likely have the same cause."""
        return (self.error.partition(":")[0], *self.traceback[-1:])


class Judge:
    """Judges the examples of one artifact. own: first names of its own modules."""

    def __init__(self, artifact: Artifact, language: Language, own: frozenset[str]) -> None:
        self._lines = {f.path: f.content.splitlines() for f in artifact.files}
        self._language: Language = language
        self._own = own

    def outcome(self, example: Example, facts: Facts) -> Outcome:  # noqa: PLR0911 - one line for each kind
        """facts: what was reported of the call; see `harness/base.py`."""
        if "raised" in facts:
            return self._exception(example, facts)
        if "unfit" in facts:
            return Outcome(
                example, ok=False, evidence=f"{short(example.call)} does not fit: {facts['unfit']}"
            )
        gave = short(str(facts.get("value", facts.get("repr", "nothing"))))
        if example.raises:
            wanted = "an error" if example.raises == ANY_ERROR else example.raises
            return _differs(example, f"gave {gave}", wanted, gave)
        if not example.expected:
            return _differs(example, f"gave {gave}", "nothing known", gave)
        if "expected" in facts:
            return self._evaluated(example, facts, gave)
        if "value" not in facts:
            what = f"gave {gave}, an object of class {facts.get('object')}"
            return _differs(example, what, example.expected, gave)
        return self._literal(example, str(facts["value"]), example.expected)

    def _literal(self, example: Example, value: str, expected: str) -> Outcome:
        gave = short(value)
        try:
            actual, wanted = values.literal(value), values.literal(expected)
        except ValueError:
            return _differs(example, f"gave {gave}", expected, gave)
        same = values.same if self._language == "python" else values.alike
        if same(actual, wanted):
            return Outcome(example, ok=True, got=gave)
        return _differs(example, f"gave {gave}", expected, gave, values.hint(actual, wanted))

    def _evaluated(self, example: Example, facts: Facts, gave: str) -> Outcome:
        """The expected side is an expression, so both come from the sandbox: weaker, but compared here."""
        wanted: Any = facts["expected"]
        if not isinstance(wanted, dict):
            return _differs(example, f"gave {gave}", str(example.expected), gave)
        known = cast("dict[str, Any]", wanted)
        if "value" in facts and "value" in known:
            return self._literal(example, str(facts["value"]), str(known["value"]))
        both = [(f.get("object"), f.get("repr")) for f in (facts, known)]
        if both[0] == both[1] and both[0][0]:
            return Outcome(example, ok=True, got=gave)
        return _differs(example, f"gave {gave}", str(known.get("value", known.get("repr", ""))), gave)

    def _exception(self, example: Example, facts: Facts) -> Outcome:
        names = [str(name) for name in facts["raised"]]
        missing = str(facts.get("missing") or "").partition(".")[0]
        if missing and missing not in self._own:
            why = f"needs {missing}, which the sandbox does not have"
            return Outcome(example, ok=False, not_run=why)
        importing = bool(facts.get("importing"))
        said = f"{names[0]}: {facts['text']}" if facts.get("text") else names[0]
        if example.raises and not importing and self._is_raised(example.raises, names):
            return Outcome(example, ok=True, error=said)
        where = f" ({facts['where']})" if facts.get("where") else ""
        what = "could not be run: importing it raised" if importing else "raised"
        frames = self._frames(facts)
        local = _strings(facts.get("locals"))
        wanted = example.expected or str(example.raises)
        first = f"{example.call} {what} {said}{where}, expected {short(wanted)}"
        source = frames[-1].partition(": ")[2] if frames else ""
        lines = [first, f"    {source}" if source else "", _told(local)]
        text = "\n".join(line for line in lines if line)[:EVIDENCE]
        return Outcome(example, ok=False, evidence=text, error=said, traceback=frames, local=local)

    def _is_raised(self, wanted: str, names: list[str]) -> bool:
        """Names of Python's exceptions mean any error where the language has no such class."""
        if wanted in names or wanted == ANY_ERROR or self._language in WITHOUT_CLASSES:
            return True
        foreign = hasattr(builtins, wanted) and self._language != "python"
        return foreign and not (self._language == "javascript" and wanted in OF_JAVASCRIPT)

    def _frames(self, facts: Facts) -> tuple[str, ...]:
        """The last calls in the artifact, each with the line of its source."""
        found: list[str] = []
        for frame in facts.get("frames") or ():
            lines = self._lines.get(str(frame.get("file")), [])
            line = frame.get("line")
            known = isinstance(line, int) and 0 < line <= len(lines)
            source = lines[line - 1].strip()[:SHORT] if known else ""
            found.append(f"{frame.get('file')}:{line} in {frame.get('name')}: {source}")
        return tuple(found)


def short(text: str) -> str:
    """The text, its middle cut out where it is long."""
    return text if len(text) <= SHORT else f"{text[: SHORT // 2]} ... {text[-SHORT // 2 :]}"


def _differs(example: Example, what: str, expected: str, got: str, why: str = "") -> Outcome:
    note = f" ({why})" if why else ""
    text = f"{short(example.call)} {what}, expected {short(expected)}{note}"
    return Outcome(example, ok=False, evidence=text[: EVIDENCE + len(note)], got=got)


def _strings(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {str(k): str(v) for k, v in cast("dict[object, object]", value).items()}


def _told(local: Mapping[str, str]) -> str:
    told = ", ".join(f"{name} = {text}" for name, text in local.items())
    return f"    where {told}" if told else ""
