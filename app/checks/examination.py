"""One examination of an artifact: from examples to sandboxed processes to an outcome for each."""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from app.checks import notation
from app.checks.examples import Example
from app.checks.guest import Item, Task
from app.checks.judge import Outcome, judge
from app.checks.sandbox.base import Execution, Executor, Limits
from app.checks.signatures import Module, methods, modules
from app.checks.values import is_literal
from app.domain.artifacts import Artifact


@cache
def guest_source(name: str) -> str:
    """The text of a program that runs in the sandbox."""
    return Path(__file__).with_name(name).read_text("utf-8")


@dataclass(frozen=True)
class _Report:
    """What one process told. results: by example. twice: examples reported more than once."""

    results: dict[int, Mapping[str, Any]]
    twice: set[int]
    started: int | None
    times: list[list[float]]

    @classmethod
    def read(cls, stdout: str, nonce: str) -> _Report:
        lines = [facts for line in stdout.splitlines() if (facts := _facts(line, nonce))]
        results = [facts for facts in lines if "id" in facts]
        counts = Counter(facts["id"] for facts in results)
        no_times: list[list[float]] = []
        return cls(
            results={facts["id"]: facts for facts in results},
            twice={number for number, count in counts.items() if count > 1},
            started=next((facts["start"] for facts in reversed(lines) if "start" in facts), None),
            times=next((facts["times"] for facts in lines if "times" in facts), no_times),
        )


def _facts(line: str, nonce: str) -> Mapping[str, Any]:
    """What a line of the report says; empty for what the program itself printed."""
    if not line.startswith(f"{nonce} "):
        return {}
    try:
        facts = json.loads(line[len(nonce) :])
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}  # pyright: ignore[reportUnknownVariableType]


class Examination:
    """Runs examples of one artifact. times: best milliseconds per example, empty where not measured."""

    def __init__(self, artifact: Artifact, examples: Sequence[Example], limits: Limits) -> None:
        self.examples = examples
        self.times: list[float] = []
        self._limits = limits
        self._files = {f.path: f.content.encode() for f in artifact.files}
        self._modules = modules(artifact)
        self._outcomes: dict[int, Outcome] = {}
        self._items: dict[int, Item] = {}
        for number, example in enumerate(examples):
            self._prepare(number, example)

    def run(self, executor: Executor, budget: float) -> list[Outcome]:
        """An outcome for every example, in order. budget: seconds for all processes together."""
        deadline = time.monotonic() + budget
        pending = list(self._items)
        while pending:
            if time.monotonic() > deadline:
                self._fail(pending, f"was not run: the examples took more than {budget:.0f} s")
                break
            pending = self._round(executor, pending)
        return [self._outcomes[n] for n in range(len(self.examples))]

    def _round(self, executor: Executor, pending: list[int]) -> list[int]:
        """One process for all pending examples; those that still have no outcome afterwards."""
        nonce = secrets.token_hex(16)
        task = json.dumps(self._task(nonce, [self._items[n] for n in pending]))
        execution = executor.run(self._files, ["-B", "-c", guest_source("guest.py"), task], self._limits)
        report = _Report.read(execution.stdout, nonce)
        for number in set(pending) & report.results.keys():
            self._outcomes[number] = judge(
                self.examples[number], report.results[number], self._module_roots()
            )
        self._fail(
            [n for n in pending if n in report.twice],
            "was reported twice: the code tampers with the check",
        )
        left = [n for n in pending if n not in self._outcomes]
        if not left and report.times and len(pending) == len(self.examples):
            self.times = [min(column) for column in zip(*report.times, strict=True)]
        return self._after_crash(left, report.started, execution)

    def _after_crash(self, left: list[int], started: int | None, execution: Execution) -> list[int]:
        """Blame the example that was being run; all of them where none was started, or an unknown one."""
        blamed = [n for n in left if n == started]
        what = "gave nothing" if blamed else "was not reached"
        self._fail(blamed or left, f"{what}: the program {execution.ending}", execution)
        return [n for n in left if n not in self._outcomes]

    def _fail(self, numbers: Sequence[int], why: str, execution: Execution | None = None) -> None:
        last = execution.stderr.strip().splitlines()[-1:] if execution and execution.exit_code > 0 else []
        for number in numbers:
            example = self.examples[number]
            evidence = " ".join([f"{example.call} {why}", *last])
            self._outcomes[number] = Outcome(example, ok=False, evidence=evidence)

    def _prepare(self, number: int, example: Example) -> None:
        """Find out where the names come from; an example whose names nobody defines fails here."""
        used: list[Module] = []
        imports: list[str] = []
        for name in sorted(notation.free_names(example.source)):
            owner = self._owner(name)
            if owner is None and name not in sys.stdlib_module_names:
                self._outcomes[number] = Outcome(example, ok=False, evidence=self._undefined(name))
                return
            used += [owner] if owner else []
            imports += [] if owner and name in owner.defined else [name]
        if not used:
            evidence = f"{example.call} calls nothing that the code defines"
            self._outcomes[number] = Outcome(example, ok=False, evidence=evidence)
            return
        known_here = example.expected is None or is_literal(example.expected)
        self._items[number] = {
            "id": number,
            "setup": example.setup,
            "expression": example.call,
            "expected": None if known_here else example.expected,
            "modules": [m.name for m in used],
            "imports": imports,
        }

    def _owner(self, name: str) -> Module | None:
        """The module that defines a name, or that is so called."""
        owners = [m for m in self._modules if name in m.defined]
        return next(iter([*owners, *(m for m in self._modules if m.name == name)]), None)

    def _undefined(self, name: str) -> str:
        known = {defined: module.path for module in self._modules for defined in module.defined}
        for module in self._modules:
            for owner, statement in module.defined.items():
                known |= {f"{owner}.{method}": module.path for method in methods(statement)}
        within = [k for k in known if k.endswith(f".{name}")]
        near = within or get_close_matches(name, known, 1, 0.4) or list(known)[:1]
        return f"{name} is not defined" + (f"; the nearest is {near[0]} in {known[near[0]]}" if near else "")

    def _module_roots(self) -> set[str]:
        return {m.name.partition(".")[0] for m in self._modules}

    def _task(self, nonce: str, items: list[Item]) -> Task:
        wanted = {name for item in items for name in item["modules"]}
        folders = {m.folder for m in self._modules} | {"."}
        uses_asyncio = any(b"asyncio" in content for content in self._files.values())
        return {
            "nonce": nonce,
            "prelude": guest_source("guest_asyncio.py") if uses_asyncio else "",
            "folders": ["/box" if f == "." else f"/box/{f}" for f in sorted(folders)],
            "modules": {m.name: f"/box/{m.path}" for m in self._modules if m.name in wanted},
            "items": items,
        }
