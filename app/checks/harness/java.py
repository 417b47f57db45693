"""Calls methods of Java artifacts by reflection, static or of an object made without arguments."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import PurePosixPath
from typing import Any, cast

from tree_sitter import Node

from app.checks.harness.base import GUESTS, Wanted
from app.checks.harness.naming import undefined
from app.checks.languages import parse
from app.checks.reading.steps import Step, steps
from app.checks.sandbox.base import Execution, Program
from app.domain.artifacts import Artifact

RUNNER = "RoundtableRunner.java"
TESTS = re.compile(r"(?m)^\s*import\s+(?:static\s+)?(?:org\.junit|junit|org\.testng)\b")
TYPES = ("class_declaration", "record_declaration", "enum_declaration", "interface_declaration")


@cache
def _runner() -> bytes:
    return (GUESTS / RUNNER).read_bytes()


class JavaHarness:
    """See `Harness`. The task: nonce; classes: full names; files: path by file name; items: id and steps."""

    own: frozenset[str] = frozenset()

    def __init__(self, artifact: Artifact, wanted: Sequence[Wanted]) -> None:
        self.refused: dict[int, str] = {}
        files = [f for f in artifact.files if not TESTS.search(f.content)]
        self._files = {f.path: f.content.encode() for f in files}
        java = [f for f in files if f.path.endswith(".java")]
        self._paths = {PurePosixPath(f.path).name: f.path for f in java}
        self._classes: dict[str, tuple[str, frozenset[str]]] = {}
        for file in java:
            for name, methods in _classes(parse(file.content, "java")):
                self._classes[name] = (file.path, methods)
        self._steps: dict[int, tuple[Step, ...]] = {}
        for each in wanted:
            self._prepare(each)

    def program(self, ids: Sequence[int], nonce: str) -> Program:
        task = {
            "nonce": nonce,
            "classes": list(self._classes),
            "files": self._paths,
            "items": [{"id": n, "steps": [_step(s) for s in self._steps[n]]} for n in ids],
        }
        files = {**self._files, RUNNER: _runner()}
        return Program("java", files, entry=RUNNER, arguments=(json.dumps(task),))

    def culprits(self, execution: Execution) -> set[int]:  # noqa: ARG002 - no call is compiled
        return set()

    def _prepare(self, wanted: Wanted) -> None:
        try:
            found = steps(wanted.expression)
        except ValueError:
            self.refused[wanted.id] = f"{wanted.expression} is no call with plain values"
            return
        name = found[0].path[-1]
        known = {re.split(r"[.$]", c)[-1]: path for c, (path, _) in self._classes.items()}
        known |= {m: path for path, methods in self._classes.values() for m in methods}
        if name in known:
            self._steps[wanted.id] = found
        else:
            self.refused[wanted.id] = undefined(name, known)


def _step(step: Step) -> dict[str, Any]:
    return {"path": step.path, "values": [_written(v) for v in step.values]}


def _written(value: Any) -> Any:
    """The value in JSON, with signs for what JSON lacks."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    if isinstance(value, bytes):
        return list(value)
    if isinstance(value, dict):
        return {"map": [[_written(k), _written(v)] for k, v in cast("dict[Any, Any]", value).items()]}
    if isinstance(value, set):
        return {"set": [_written(v) for v in cast("set[Any]", value)]}
    if isinstance(value, (list, tuple)):
        return [_written(v) for v in cast("list[Any]", value)]
    return value


def _text(node: Node | None) -> str:
    return (node.text or b"").decode("utf-8", "replace") if node else ""


def _classes(root: Node) -> Iterator[tuple[str, frozenset[str]]]:
    """Full names of the classes of a file, as Class.forName takes them, with their methods."""
    package = next((_text(c.named_children[0]) for c in root.children if c.type == "package_declaration"), "")
    for node in root.named_children:
        yield from _class(node, f"{package}." if package else "")


def _class(node: Node, prefix: str) -> Iterator[tuple[str, frozenset[str]]]:
    body = node.child_by_field_name("body")
    if node.type not in TYPES or body is None:
        return
    name = prefix + _text(node.child_by_field_name("name"))
    parts = [
        p
        for c in body.named_children
        for p in (c.named_children if c.type.endswith("body_declarations") else [c])
    ]
    methods = {_text(p.child_by_field_name("name")) for p in parts if p.type == "method_declaration"}
    yield name, frozenset(methods)
    for part in parts:
        yield from _class(part, f"{name}$")
