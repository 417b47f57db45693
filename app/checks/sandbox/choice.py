"""Which sandbox runs which language on this machine."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from app.checks.sandbox.base import Executor, Program
from app.checks.sandbox.bubblewrap import Bubblewrap
from app.checks.sandbox.containers import Container
from app.checks.sandbox.native import Native
from app.checks.sandbox.wasm import WasmJavaScript, WasmPython
from app.domain.runs import Language
from app.errors import AppError

log = logging.getLogger(__name__)


# WebAssembly has the smallest surface and is the same everywhere. Containers filter system calls and bound
# all processes together, but start slowly; without Go's compiled standard library, which bubblewrap keeps, a
# build of Go takes half a minute in them.
_COMPILED: Final = ("podman", "docker", "bubblewrap")
_ORDER: Final[Mapping[Language, Sequence[str]]] = {
    "python": ("wasmtime-python", "bubblewrap", "podman", "docker"),
    "javascript": ("wasmtime-javascript", "bubblewrap", "podman", "docker"),
    "java": _COMPILED,
    "rust": _COMPILED,
    "go": ("bubblewrap", "podman", "docker"),
}


class Choice:
    """See `Sandboxes`."""

    def __init__(self, executors: Sequence[Executor]) -> None:
        self.executors = tuple(executors)

    def choose(self, language: Language, program: Program | None = None) -> Executor | None:
        """See `Sandboxes`."""
        able = [e for e in self._ordered(language) if language in e.probe().languages]
        suitable = (e for e in able if program is None or e.suits(program))
        return next(suitable, able[0] if able else None)

    def why_not(self, language: Language) -> str:
        """See `Sandboxes`."""
        reasons = [reason for e in self._ordered(language) if (reason := _reason(e, language))]
        return f"{language} is not executed here: {'; '.join(reasons) or 'no sandbox can run it'}"

    def _ordered(self, language: Language) -> list[Executor]:
        """Those that could run the language on some machine, the preferred first."""
        by_name = {executor.name: executor for executor in self.executors}
        return [by_name[name] for name in _ORDER[language] if name in by_name]

    def describe(self, executor: Executor) -> str:
        """See `Sandboxes`."""
        return executor.probe().detail

    def warm_up(self) -> None:
        """See `Sandboxes`."""
        for executor in self.executors:
            try:
                if executor.probe().available:
                    executor.warm_up()
            except AppError as error:  # the check that needs it says so where the user sees it
                log.warning("%s did not get ready: %s", executor.name, error)


def _reason(executor: Executor, language: Language) -> str:
    """Why this one does not run the language; empty where it never could."""
    probe = executor.probe()
    if probe.available:
        return probe.missing.get(language, "")
    return probe.detail


def sandboxes_of(folder: Path, images: Mapping[Language, str]) -> Choice:
    """All kinds of sandbox. folder: for what they keep. images: of containers, by language."""
    containers = [Native(Container(engine, images), folder / engine) for engine in ("podman", "docker")]
    bubblewrap = Native(Bubblewrap(folder / "bubblewrap"), folder / "bubblewrap")
    return Choice([WasmPython(folder), WasmJavaScript(folder), *containers, bubblewrap])
