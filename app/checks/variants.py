"""New calls made from given examples, and what an artifact gives for them, without any judgement.

Two versions that agree on calls nobody chose for them are more likely to be right than either alone.
"""

from __future__ import annotations

import ast
import random
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any, cast

from app.checks.examples import Example
from app.checks.harness.base import Facts, Wanted
from app.checks.harness.choice import harness_for
from app.checks.harness.rounds import Rounds
from app.checks.sandbox.base import DEFAULT_LIMITS, NEVER, Executor, Limits
from app.checks.values import literal
from app.domain.artifacts import Artifact
from app.domain.runs import Language

BUDGET_SECONDS = 30.0
LONGEST = 400  # characters of a new call
MOST_CALLS = 24
# An error class that the line names must be the one that came: QuickJS may tell an earlier line.
_DELIBERATE = re.compile(
    r"\b(?:raise|throw|assert|panic)\b(?:\s+(?:new\s+)?[\w.]*?(\w+(?:Error|Exception)))?"
)
Values = list[Any]


@dataclass(frozen=True)
class Call:
    """A call that is worth trying; its text is a Python expression in every language."""

    expression: str


@dataclass(frozen=True)
class Observation:
    """What a call gave: the text of its value or the class of its exception; neither where it did not end.

    Two artifacts agree on a call where `value` and `raised` are equal. refused: the code raised it itself,
    with a `raise`, `throw` or the like, as it should for an argument that the task does not allow.
    """

    call: Call
    value: str | None
    raised: str | None
    ran: bool
    refused: bool = False

    @property
    def crashed(self) -> bool:
        """Whether it failed in a way that its author hardly meant."""
        return self.raised is not None and not self.refused


def variants(examples: Sequence[Example], limit: int = MOST_CALLS, seed: int = 0) -> list[Call]:
    """At most `limit` calls with changed arguments, mild changes first, empty values last.

    An argument keeps its type, and numbers their sign unless both were seen. Deterministic.
    """
    taken = [parts for example in examples if (parts := _parts(example))]
    known = {_text(name, values) for name, values in taken}
    order = random.Random(seed)  # noqa: S311 - for variety, not for secrets
    mild = [_interleaved(_changed(name, values, taken, order)) for name, values in taken]
    crossed = [_crossed(name, values, taken) for name, values in taken]
    empty = [_emptied(name, values) for name, values in taken]
    found: dict[str, Call] = {}
    for text in chain(_interleaved(mild), _interleaved(crossed), _interleaved(empty)):
        if text not in known and len(text) <= LONGEST and len(found) < limit:
            found.setdefault(text, Call(text))
    return list(found.values())


def observe(  # noqa: PLR0917 - as `Executor.run`, with what is run
    artifact: Artifact,
    calls: Sequence[Call],
    executor: Executor,
    limits: Limits = DEFAULT_LIMITS,
    stop: threading.Event = NEVER,
    language: Language = "python",
) -> list[Observation]:
    """What the artifact gives for each call, in order. Raises AppError(internal) from the sandbox."""
    wanted = [Wanted(number, call.expression) for number, call in enumerate(calls)]
    harness = harness_for(artifact, language, wanted)
    rounds = Rounds(harness, executor, limits)
    rounds.run([w.id for w in wanted if w.id not in harness.refused], BUDGET_SECONDS, stop)
    return [_observation(call, rounds.facts.get(number), artifact) for number, call in enumerate(calls)]


def _observation(call: Call, facts: Facts | None, artifact: Artifact) -> Observation:
    if facts is None or "unfit" in facts:
        return Observation(call, None, None, ran=False)
    if "raised" in facts:
        raised, refused = str(facts["raised"][0]), _is_refusal(facts, artifact)
        return Observation(call, None, raised, ran=not facts.get("importing"), refused=refused)
    if "value" in facts:
        return Observation(call, _canonical(str(facts["value"])), None, ran=True)
    return Observation(call, str(facts.get("repr")), None, ran=True)


def _is_refusal(facts: Facts, artifact: Artifact) -> bool:
    """Whether the line where it was raised says so; an error without a place was returned, thus meant."""
    path, _, number = str(facts.get("where") or "").rpartition(":")
    texts = [f.content.splitlines() for f in artifact.files if f.path == path]
    if not path or not number.isdecimal():
        return not path
    line = "".join(text[int(number) - 1] for text in texts if 0 < int(number) <= len(text))
    found = _DELIBERATE.search(line)
    return found is not None and found[1] in {None, facts["raised"][0]}


def _canonical(text: str) -> str:
    """The same text for the same value: order in sets and of keys and the last digits do not count."""
    try:
        return _written(literal(text))
    except ValueError:
        return text


def _written(value: Any) -> str:
    if isinstance(value, dict):
        pairs = [f"{_written(k)}: {_written(v)}" for k, v in cast("dict[Any, Any]", value).items()]
        return f"{{{', '.join(sorted(pairs))}}}"
    if isinstance(value, set):
        items = sorted(map(_written, cast("set[Any]", value)))
        return f"{{{', '.join(items)}}}" if items else "set()"
    if isinstance(value, list):
        return f"[{', '.join(map(_written, cast('Values', value)))}]"
    if isinstance(value, tuple):
        return f"({''.join(f'{_written(v)}, ' for v in cast('Values', value))})"
    return format(value, ".9g") if isinstance(value, float) else repr(value)


def _parts(example: Example) -> tuple[str, Values] | None:
    """The function's name and the values it is called with; None for any other kind of call."""
    if example.setup or example.raises:
        return None
    try:
        call = ast.parse(example.call, mode="eval").body
        if not isinstance(call, ast.Call) or call.keywords or not call.args:
            return None
        return ast.unparse(call.func), [literal(ast.unparse(a)) for a in call.args]
    except (SyntaxError, ValueError):
        return None


def _text(name: str, values: Values) -> str:
    return f"{name}({', '.join(map(repr, values))})"


def _interleaved(groups: Sequence[Iterator[str]]) -> Iterator[str]:
    """One of each in turn, so that a small limit still sees all of them."""
    return (text for row in zip_longest(*groups) for text in row if text is not None)


def _changed(
    name: str, values: Values, taken: Sequence[tuple[str, Values]], order: random.Random
) -> list[Iterator[str]]:
    """For each argument the calls in which it alone is changed."""
    made: list[Iterator[str]] = []
    for place, value in enumerate(values):
        seen = [v[place] for n, v in taken if n == name and len(v) > place]
        made.append(iter([_text(name, _with(values, place, new)) for new in mutated(value, seen, order)]))
    return made


def _with(values: Values, place: int, value: object) -> Values:
    return [*values[:place], value, *values[place + 1 :]]


def _crossed(name: str, values: Values, taken: Sequence[tuple[str, Values]]) -> Iterator[str]:
    """Calls with one argument from another example."""
    others = [v for n, v in taken if n == name and len(v) == len(values) > 1 and v is not values]
    for other in others:
        for place, value in enumerate(other):
            if type(value) is type(values[place]):
                yield _text(name, _with(values, place, value))


def _emptied(name: str, values: Values) -> Iterator[str]:
    for place, value in enumerate(values):
        if isinstance(value, (str, list, dict)):
            yield _text(name, _with(values, place, type(cast("str", value))()))


def mutated(value: object, seen: Sequence[object], order: random.Random) -> list[Any]:
    """Other values of the same type. seen: the values that the examples have at this place."""
    if isinstance(value, bool):
        return [not value]
    for kind, change in CHANGES.items():
        if isinstance(value, kind):
            return [new for new in change(value, seen, order) if new != value]
    return []


def _int(value: int, seen: Sequence[object], order: random.Random) -> list[int]:
    numbers = [n for n in _flat(seen) if isinstance(n, int)]
    low = min([*numbers, 1])
    near = [value + 1, value - 1, value + order.randint(2, 5), value - 2]
    # Not far up: what a program does may take exponentially longer there.
    far = [value // 2, value + order.randint(6, 9), value - 3, value // 3, value // 4]
    turned = [-value] if low < 0 else []
    # Where versions that agree on ordinary values tend to part.
    edges = [0, 1]
    tried = [*near[:2], *edges, *near[2:], *turned, *far, *range(value + 10, value + 16)]
    return [n for n in tried if n >= low]


def _float(value: float, seen: Sequence[object], order: random.Random) -> list[float]:
    numbers = [n for n in _flat(seen) if isinstance(n, (int, float))]
    low = min([*numbers, 0.5])
    return [n for n in (value + 1, value - 0.5, round(value * order.choice((1.5, 2.5)), 6)) if n >= low]


def _str(value: str, seen: Sequence[object], order: random.Random) -> list[str]:
    """Only letters of the examples; a text with brackets is not torn apart, which would change its kind."""
    if any(c in value for c in "()[]{}<>"):
        return [value * 2] if " " not in value else [f"{value} {value}", " ".join(value.split()[1:])]
    words = value.split()
    if len(words) > 1:
        return [" ".join(w) for w in (words[1:], words[::-1], words[:-1], [*words, words[0]]) if w]
    letters = sorted(set("".join(v for v in _flat(seen) if isinstance(v, str))))
    made = [value[:-1], value + value[:1], value[::-1], value * 2, value[1:], "".join(sorted(value))]
    if letters and value:
        place = order.randrange(len(value))
        made.insert(1, value[:place] + order.choice(letters) + value[place + 1 :])
    return [new for new in made if new]


def _list(value: Values, seen: Sequence[object], order: random.Random) -> list[Values]:
    items = [i for v in seen if isinstance(v, list) for i in cast("Values", v)]
    made: list[Values] = []
    if value:
        place = order.randrange(len(value))
        new = mutated(value[place], items, order)
        made += [_with(value, place, new[0])] if new else []
        made += [value[:-1], [*value, value[0]], value[::-1], value[1:], [value[0], *value]]
        made += [_with(value, place, further) for further in new[1:3]]
        made += [sorted(value)] if all(type(v) is type(value[0]) is not dict for v in value) else []
    extra = [order.choice(items)] if items else []
    return [v for v in [*made, [*value, *extra]] if v]


def _tuple(value: tuple[Any, ...], seen: Sequence[object], order: random.Random) -> list[tuple[Any, ...]]:
    """Its length stays: it stands for what the tuple is."""
    return [
        (*value[:place], new, *value[place + 1 :])
        for place, item in enumerate(value)
        for new in mutated(item, list(_flat(seen)), order)[:2]
    ]


def _dict(value: dict[Any, Any], seen: Sequence[object], order: random.Random) -> list[dict[Any, Any]]:
    """One entry less, or another value: keys may be names that the code knows."""
    made: list[dict[Any, Any]] = []
    for key, item in value.items():
        made += [value | {key: new} for new in mutated(item, list(_flat(seen)), order)[:2]]
        made += [{k: v for k, v in value.items() if k != key}] if len(value) > 1 else []
    return made


def _set(value: set[Any], seen: Sequence[object], order: random.Random) -> list[set[Any]]:
    items = sorted(value, key=repr)
    new = [n for item in items[:2] for n in mutated(item, list(_flat(seen)), order)[:2]]
    return [value | {n} for n in new] + [set(items[1:])] * (len(items) > 1)


def _flat(values: Sequence[object]) -> Iterator[object]:
    """All values inside values."""
    for value in values:
        if isinstance(value, (list, tuple, set)):
            yield from _flat(list(cast("Sequence[object]", value)))
        elif isinstance(value, dict):
            yield from _flat(list(cast("dict[object, object]", value).values()))
        else:
            yield value


CHANGES: dict[type[Any], Callable[[Any, Sequence[object], random.Random], Sequence[Any]]] = {
    int: _int,
    float: _float,
    str: _str,
    list: _list,
    tuple: _tuple,
    dict: _dict,
    set: _set,
}
