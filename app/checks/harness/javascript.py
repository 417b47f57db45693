"""Calls functions of JavaScript artifacts: CommonJS, ES modules and plain scripts, exported or not."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from tree_sitter import Node

from app.checks.harness.base import GUESTS, Wanted
from app.checks.harness.modules import as_commonjs, sources
from app.checks.harness.naming import undefined
from app.checks.languages import parse, walk
from app.checks.reading.steps import steps
from app.checks.sandbox.base import Execution, Program
from app.domain.artifacts import Artifact

ENTRY = "roundtable_guest.cjs"
SAFE_INTEGER = 2**53 - 1


@cache
def _guest() -> str:
    return (GUESTS / "guest.js").read_text("utf-8")


class JavaScriptHarness:
    """See `Harness`. The files become functions in whose scope the calls are evaluated.

    The task: nonce; modules: text and whether it is an ES module, by path; wanted: those to load; items:
    id, expression, module in whose scope it is evaluated, names from other modules, and which of all names
    are local variables there.
    """

    own: frozenset[str] = frozenset()

    def __init__(self, artifact: Artifact, wanted: Sequence[Wanted]) -> None:
        self.refused: dict[int, str] = {}
        self._files = {f.path: f.content.encode() for f in artifact.files}
        self._sources = sources(artifact)
        self._items: dict[int, dict[str, Any]] = {}
        for each in wanted:
            self._prepare(each)

    def program(self, ids: Sequence[int], nonce: str) -> Program:
        items = [self._items[n] for n in ids]
        loaded = {path for item in items for path in (item["module"], *item["names"].values())}
        modules = {s.path: {"text": as_commonjs(s), "esm": s.esm} for s in self._sources}
        task = {"nonce": nonce, "modules": modules, "wanted": sorted(loaded), "items": items}
        text = _guest().replace("(JSON.parse(TASK))", f"(JSON.parse({json.dumps(json.dumps(task))}))")
        return Program("javascript", {**self._files, ENTRY: text.encode()}, entry=ENTRY)

    def culprits(self, execution: Execution) -> set[int]:  # noqa: ARG002 - nothing is compiled
        return set()

    def _prepare(self, wanted: Wanted) -> None:
        try:
            expression = wanted.expression if wanted.dialect == "javascript" else self._expression(wanted)
        except ValueError as error:
            self.refused[wanted.id] = f"{wanted.expression} cannot be said in JavaScript: {error}"
            return
        used = identifiers(expression)
        owners = {name: s for s in reversed(self._sources) for name in used if name in s.names}
        if not owners:
            known = {name: s.path for s in self._sources for name in s.names}
            self.refused[wanted.id] = undefined(next(iter(used), wanted.expression), known)
            return
        module = next(iter(owners.values()))
        others = {n: s.path for n, s in owners.items() if s is not module or n not in s.local}
        local = sorted({n for n, s in owners.items() if n in s.local})
        self._items[wanted.id] = {
            "id": wanted.id,
            "expression": expression,
            "module": module.path,
            "names": others,
            "local": local,
        }

    def _expression(self, wanted: Wanted) -> str:
        """The call with its values as JavaScript writes them. Raises ValueError."""
        text = ""
        for step in steps(wanted.expression):
            path = list(step.path)
            arguments = ", ".join(map(written, step.values))
            if text:
                text = f"{text}.{'.'.join(path)}({arguments})"
                continue
            path = path[1:] if path[0] in ("module", "exports", "solution") and len(path) > 1 else path
            if self._is_class(path[-1]):
                text = f"new {'.'.join(path)}({arguments})"
            else:
                text = f"{self._holder(path)}{path[-1]}({arguments})"
        return text

    def _is_class(self, name: str) -> bool:
        return any(name in s.classes for s in self._sources)

    def _holder(self, path: list[str]) -> str:
        """What stands before the function's name: its module's object, or an object of its class."""
        known = any(path[0] in s.names for s in self._sources)
        if known or (len(path) > 1 and not self._is_class(path[0])):
            return "".join(f"{part}." for part in path[:-1] if known)
        for source in self._sources:
            for kind, methods in source.classes.items():
                if path[-1] in methods:
                    return f"{kind}." if methods[path[-1]] else f"new {kind}()."
        return ""


def identifiers(expression: str) -> list[str]:
    """Names that an expression uses, in order; names of properties are others."""
    found = [
        node
        for node, entering in walk(parse(f"({expression})", "javascript"))
        if entering and node.type == "identifier"
    ]
    return list(dict.fromkeys(_text(node) for node in found))


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def written(value: Any) -> str:  # noqa: PLR0911 - one line for each kind
    """A value as JavaScript writes it."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int):
        return str(value) if abs(value) <= SAFE_INTEGER else f"{value}n"
    if isinstance(value, float):
        return (
            repr(value)
            if math.isfinite(value)
            else "NaN"
            if math.isnan(value)
            else f"{'-' if value < 0 else ''}Infinity"
        )
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, dict):
        pairs = [f"[{written(k)}]: {written(v)}" for k, v in cast("dict[Any, Any]", value).items()]
        return f"({{{', '.join(pairs)}}})"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(written, cast('list[Any]', value)))}]"
    if isinstance(value, set):
        return f"new Set([{', '.join(map(written, cast('set[Any]', value)))}])"
    raise ValueError(repr(value))
