"""The session layer on a real store, with the scripted provider and the real sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from app.checks.pipeline import Pipeline
from app.checks.sandbox.base import DEFAULT_LIMITS
from app.checks.sandbox.choice import Choice
from app.checks.sandbox.wasm import WasmPython
from app.checks.security.scanner import the_scanner
from app.checks.standard import standard_checks
from app.domain.decisions import DecisionKind
from app.domain.events import Event, EventType
from app.domain.projection import RunView, fold
from app.domain.runs import Run, RunRequest, RunStatus
from app.models.keys import KeyStore
from app.models.providers import Providers
from app.session.engine import Engine
from app.session.service import Service
from app.session.turn import TurnTools
from app.settings import load_settings
from app.store.abilities import Abilities
from app.store.exams import Exams
from app.store.store import SqlStore, open_store
from tests.support.model_calls import no_keyring

GOOD = "```python add.py\ndef add(a, b):\n    return a + b\n```\nDone."
BAD = "```python add.py\ndef add(a, b):\n    return a - b\n```\nDone."
NOTHING = "No further findings."


def write_script(home: Path, speed: float = 0, **agents: object) -> str:
    """Write what the scripted provider replays, rounds by agent; returns its path, to be used as the model.

    speed: tokens a second, 0 for all at once.
    """
    rounds = {
        "code_generator": [GOOD],
        "quality_checker": [NOTHING],
        "code_optimizer": ["NO CHANGE"],
    } | agents
    path = home / f"script-{len(list(home.glob('script-*')))}.yaml"
    script = {"name": "test", "tokens_per_second": speed, "agents": rounds}
    path.write_text(yaml.safe_dump(script), encoding="utf-8")
    return str(path)


@dataclass
class Bench:
    """A service in a folder of its own; `script` is what the scripted provider replays."""

    home: Path
    service: Service
    store: SqlStore

    def script(self, **agents: object) -> str:
        """Write a script with the given rounds by agent; returns its path, to be used as the model."""
        rounds = {"quality_checker": [NOTHING], "code_optimizer": ["NO CHANGE"]} | agents
        path = self.home / f"script-{len(list(self.home.glob('script-*')))}.yaml"
        path.write_text(yaml.safe_dump({"name": "test", "agents": rounds}), encoding="utf-8")
        return str(path)

    def request(self, model: str, **changes: object) -> RunRequest:
        fields = {
            "requirements": "Write add that adds two numbers",
            "examples": ("add(2, 2) == 4",),
        } | changes
        return RunRequest.model_validate({"provider": "scripted", "model": model, **fields})

    def start(self, model: str, **changes: object) -> Run:
        """A new run, advanced until it waits or ends."""
        run = self.service.start_run(self.request(model, **changes))
        self.service.advance(run.id)
        return self.store.run(run.id)

    def decide(
        self, run: Run, kind: DecisionKind, feedback: str = "", *, override: bool = False
    ) -> RunStatus:
        """Answer the open gate and let the run go on."""
        gate = self.store.open_gate(run.id)
        assert gate is not None
        self.service.decide(gate.id, gate.artifact_hash, kind, feedback=feedback, override=override)
        return self.service.advance(run.id)

    def events(self, run: Run, *kinds: EventType) -> list[Event]:
        events = [e for e in self.store.events(run.session_id, 0, 100_000) if e.run_id == run.id]
        return [e for e in events if e.type in kinds] if kinds else events

    def view(self, run: Run) -> RunView:
        return fold(self.events(run))[run.id]


def open_bench(
    home: Path,
    sandbox: WasmPython,
    overrides: Mapping[str, object] | None = None,
    keys: Mapping[str, str] | None = None,
    closed: str = "",
) -> Bench:
    """A bench on SQLite in `home`. overrides: settings by dotted key. keys: by environment variable.
    closed: why nothing can be approved.

    One version a round unless the overrides say otherwise: the stand-ins for services answer once.
    """
    environment = {"ROUNDTABLE_HOME": str(home), **(keys or {})}
    settings = load_settings({"run.candidates": 1, **(overrides or {})}, environment=environment)
    store = open_store(settings.database_url)
    providers = Providers(settings, KeyStore(settings.models, environment, find=no_keyring), {})
    sandboxes = Choice([sandbox])
    pipeline = Pipeline(standard_checks(sandboxes, DEFAULT_LIMITS, the_scanner()))
    tools = TurnTools(
        store,
        providers,
        pipeline,
        sandboxes,
        Abilities(home / "abilities.json"),
        settings,
        Exams(home / "exams"),
    )
    engine = Engine(lambda: tools)
    return Bench(home, Service(store, engine, providers.check_choice, lambda: closed), store)
