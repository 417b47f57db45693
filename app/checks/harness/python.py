"""Calls functions of Python artifacts."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from app.checks import guest, notation
from app.checks.guest import Item, Task
from app.checks.harness.base import Wanted
from app.checks.harness.naming import undefined
from app.checks.sandbox.base import Execution, Program
from app.checks.signatures import Module, methods, modules
from app.domain.artifacts import Artifact

GUEST = Path(guest.__file__)


@cache
def guest_source(name: str) -> str:
    """The text of a program that runs in the sandbox."""
    return GUEST.with_name(name).read_text("utf-8")


class PythonHarness:
    """See `Harness`. Modules of the artifact are imported once, the calls evaluated beside them."""

    def __init__(self, artifact: Artifact, wanted: Sequence[Wanted]) -> None:
        self.refused: dict[int, str] = {}
        self._files = {f.path: f.content.encode() for f in artifact.files}
        self._modules = modules(artifact)
        self._items: dict[int, Item] = {}
        for each in wanted:
            self._prepare(each)

    @property
    def own(self) -> frozenset[str]:
        return frozenset(m.name.partition(".")[0] for m in self._modules)

    def program(self, ids: Sequence[int], nonce: str) -> Program:
        task = json.dumps(self._task(nonce, [self._items[n] for n in ids]))
        return Program("python", self._files, inline=guest_source("guest.py"), arguments=(task,))

    def culprits(self, execution: Execution) -> set[int]:  # noqa: ARG002 - nothing is compiled
        return set()

    def _prepare(self, wanted: Wanted) -> None:
        """Find out where the names come from; a call whose names nobody defines cannot be made."""
        used: list[Module] = []
        imports: list[str] = []
        source = "\n".join((wanted.setup, wanted.expression, wanted.expected or ""))
        for name in sorted(notation.free_names(source)):
            owner = self._owner(name)
            if owner is None and name not in sys.stdlib_module_names:
                self.refused[wanted.id] = self._undefined(name)
                return
            used += [owner] if owner else []
            imports += [] if owner and name in owner.defined else [name]
        if not used:
            self.refused[wanted.id] = f"{wanted.expression} calls nothing that the code defines"
            return
        self._items[wanted.id] = {
            "id": wanted.id,
            "setup": wanted.setup,
            "expression": wanted.expression,
            "expected": wanted.expected,
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
        return undefined(name, known)

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
