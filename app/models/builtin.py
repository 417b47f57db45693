"""The builtin engine as a backend: its child process is started when first needed and looked after."""

from __future__ import annotations

import asyncio
import importlib.metadata
import importlib.util
import json
import platform
import secrets
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, cast

from app.errors import AppError, ErrorKind
from app.models import hardware
from app.models.backends import BackendStatus, Endpoint, ModelFacts
from app.models.builtin_server import Parameters
from app.models.download import ProgressCallback
from app.models.weight_table import WeightSpec
from app.models.weights import WeightStore
from app.program import child_command

_START_SECONDS = 180
_CACHE_MIB = 512
# Beside weights and KV cache: the work space for one batch of prompt, mostly its logits, and Python.
_WORK_BYTES = 600 << 20


class BuiltinEngine:
    """Owns the child process. Thread-safe; its methods block.

    log: file for what the engine prints, written anew at each start. idle_seconds: see
    `builtin_server.Parameters`. threads: None for one a physical core. command: what to start
    instead of this Python with the module.
    """

    def __init__(
        self,
        log: Path,
        idle_seconds: int = 300,
        command: Sequence[str] = child_command("engine"),
        threads: int | None = None,
    ) -> None:
        self._log = log
        self._threads = threads or hardware.physical_cores()
        self._idle_seconds = idle_seconds
        self._command = command
        self._api_key = secrets.token_urlsafe(32)
        self._lock = threading.Lock()
        self._child: subprocess.Popen[str] | None = None
        self._serving = ("", 0)
        self._url = ""

    @property
    def pid(self) -> int | None:
        """Process id of the running child."""
        return self._child.pid if self._child and self._child.poll() is None else None

    def serve(self, path: Path, alias: str, window: int) -> Endpoint:
        """Make sure that the model is served with at least this window.

        A child that is gone is replaced; another model or a larger window takes a restart, which ends
        answers in progress. Raises AppError(config) where the engine cannot run here.
        """
        with self._lock:
            model, running = self._serving
            if self.pid is None or model != alias or running < window:
                window = max(window, running) if model == alias else window
                self._stop()
                self._start(path, alias, window)
                self._serving = (alias, window)
            return Endpoint(f"{self._url}/v1", self._serving[1], self._api_key)

    def release(self, alias: str) -> None:
        """Stop the child where it serves this model, so that its file is free."""
        with self._lock:
            if self._serving[0] == alias:
                self._stop()

    def close(self) -> None:
        """Stop the child."""
        with self._lock:
            self._stop()

    def _start(self, path: Path, alias: str, window: int) -> None:
        wanted = Parameters(
            model=str(path),
            alias=alias,
            window=window,
            api_key=self._api_key,
            threads=self._threads,
            cache_mib=_CACHE_MIB,
            idle_seconds=self._idle_seconds,
        )
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as log:
            self._child = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
            )
        answer = _exchange(self._child, json.dumps(asdict(wanted)))
        if "url" not in answer:
            self._stop()
            raise AppError(
                ErrorKind.CONFIG,
                f"The builtin engine could not start: {answer.get('error', 'its process ended')}.",
                f"Its log is {self._log}. Less memory is needed with a smaller model or context; "
                "or use Ollama.",
            )
        self._url = answer["url"]

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            _close(pipe)


def _exchange(child: subprocess.Popen[str], line: str) -> dict[str, str]:
    """Send the parameters and wait for the answer; empty where the child ended or took too long."""
    stdin, stdout = cast(IO[str], child.stdin), cast(IO[str], child.stdout)
    timer = threading.Timer(_START_SECONDS, child.kill)
    timer.start()
    try:
        stdin.write(line + "\n")
        stdin.flush()
        answer = stdout.readline()
    except BrokenPipeError:
        return {}
    finally:
        timer.cancel()
    return json.loads(answer) if answer else {}


def _close(pipe: IO[str] | None) -> None:
    if pipe:
        try:
            pipe.close()
        except BrokenPipeError:  # unsent parameters of a child that ended early
            return


class BuiltinBackend:
    """`Backend` over the builtin engine and the weights store."""

    def __init__(self, weights: WeightStore, engine: BuiltinEngine) -> None:
        self._weights = weights
        self._engine = engine
        self._facts: dict[str, ModelFacts] = {}

    async def detect(self) -> BackendStatus:
        if importlib.util.find_spec("xllamacpp") is None:
            return BackendStatus(
                usable=False,
                detail=f"The engine package xllamacpp is not installed (Python {platform.python_version()}, "
                f"{platform.system()} {platform.machine()}).",
                remedy="Where it has no ready-made wheel for this system, use Ollama or a cloud provider.",
            )
        version = importlib.metadata.version("xllamacpp")
        ready = [name for name in self._weights.ids if self._weights.at_hand(name)]
        detail = f"ready with {', '.join(ready)}" if ready else "ready; weights are fetched when first used"
        return BackendStatus(usable=True, detail=detail, version=version)

    async def start(self) -> None:
        """Nothing: the engine is started by `prepare`, which knows the model."""

    async def models(self) -> list[ModelFacts]:
        return [await self.facts(name) for name in self._weights.ids]

    async def facts(self, model: str) -> ModelFacts:
        """Raises AppError(model_missing) for a name that is not in config/weights.yaml."""
        if cached := self._facts.get(model):
            return cached
        spec = self._spec(model)
        installed = self._weights.at_hand(model)
        facts = _facts_of(spec, installed=installed)
        if installed:
            self._facts[model] = facts
        return facts

    async def prepare(self, model: str, window: int, progress: ProgressCallback | None = None) -> Endpoint:
        """See `Backend.prepare`. config: the engine cannot run here, or the disk is too full."""
        await self.facts(model)
        path = await self._weights.ensure(model, progress)
        return await asyncio.to_thread(self._engine.serve, path, model, window)

    def spell(self, model: str) -> str:
        """See `Keeper.spell`. model_missing: not in the table of weights."""
        return self._spec(model).id

    async def pull(self, model: str, progress: ProgressCallback | None = None) -> None:
        """See `Keeper.pull`."""
        await self._weights.ensure(self.spell(model), progress)

    async def discard(self, model: str) -> None:
        """See `Keeper.discard`."""
        self._weights.discard(self.spell(model))

    async def remove(self, model: str) -> None:
        """See `Keeper.remove`."""
        name = self.spell(model)
        await asyncio.to_thread(self._engine.release, name)
        self._weights.remove(name)
        self._facts.pop(name, None)

    async def aclose(self) -> None:
        await asyncio.to_thread(self._engine.close)

    def _spec(self, model: str) -> WeightSpec:
        try:
            return self._weights.spec(model)
        except AppError as error:
            raise AppError(ErrorKind.MODEL_MISSING, error.message, error.hint) from error


def _facts_of(spec: WeightSpec, *, installed: bool) -> ModelFacts:
    room = hardware.kv_room(spec.kv_bytes, spec.bytes + _WORK_BYTES)
    return ModelFacts(
        name=spec.id,
        size_bytes=spec.bytes,
        context_length=spec.context_length,
        max_window=max(1, room),
        capabilities=frozenset({"completion"}),
        family=spec.family,
        installed=installed,
        kv_bytes=spec.kv_bytes,
        digest=f"sha256:{spec.sha256}",
    )
